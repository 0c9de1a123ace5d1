//! Use cases: one function per command or query. Load, let the pure crates decide, store events and state in one
//! transaction, hand out what is to be shown. The only crate below the outside that knows the time of day.

mod accounts;
mod adopt;
mod audit;
mod bulletins;
mod cases;
mod clock;
mod decomposition;
mod delivery;
mod dispatch;
mod document;
mod error;
mod findings;
mod history;
mod instruments;
mod list;
mod matters;
mod measures;
mod notices;
mod orders;
mod pack;
mod platform;
mod plot;
mod projects;
mod review;
mod scenarios;
mod simulate;
mod simulate_projects;
mod snapshot;
mod stratml;
mod tasks;
mod year_end;

pub use accounts::{NewAccount, Session, SignedIn};
pub use adopt::{
    AdoptedQuantity, AdoptedReading, AdoptedSection, AdoptedStatement, AdoptedTerm, AreaName, ItemName, Preview,
};
pub use audit::{AuditFault, AuditReport};
pub use bulletins::BulletinView;
pub use cases::{CaseClock, CasePage, CaseSelect, CaseView, PartyName};
pub use clock::Clock;
pub use decomposition::{DecompositionDone, DecompositionPreview, DecompositionRow, ProposedAssignment, SURE};
pub use delivery::{Delivery, Waiting};
pub use dispatch::Dispatched;
pub use document::{Block, Mention, Run, blocks};
pub use error::PlatformError;
pub use findings::{FindingFilter, FindingView, YearBefore};
pub use history::HistoryEntry;
pub use instruments::{
    AlarmFigures, AlarmFilter, AlarmPage, AlarmView, Arriving, Change, Device, DeviceDef, DeviceFilter, FacilityFilter,
    FacilityPage, Ingested, InstrumentPack, Instruments, Latest, PastAlarms, Pointed, RawHistory, Rollups, Span, Topic,
    Wire, Wiring, scale,
};
pub use list::{Counts, Page, Sort, TaskFilter};
pub use measures::{MeasureLine, MeasurePreview, MeasureRow, MeasureRowsPage, MeasureView, MeasuredTask};
pub use notices::{Notice, Told};
pub use orders::{
    Closing, DRILL_MINUTES, GasFigures, GasLevel, GasPack, GasPart, GasPressure, NewDrill, Opening, OrderBoard,
    OrderCount, OrderEntry, OrderFigures, OrderPage, OrderRule, OrderRules, OrderSelect, OrderStep, OrderTime,
    OrderView, PastOrders, Spread, is_order,
};
pub use pack::{Pack, PackError, PackLeader, PackUnit, SimulationPlan};
pub use platform::Platform;
pub use plot::{Plot, PlotForecast, PlotPoint};
pub use projects::{ListedProject, NewPhoto, ProjectsDone, ProjectsPreview};
pub use review::DraftView;
pub use scenarios::{
    AirDayRow, AirNow, AirSettings, AirYear, ArrivedPassage, Energy, LotFigures, LotView, MOST_PASSAGES, NearbyLot,
    NewOfYear, ParkingDayRow, ParkingSettings, PassageError, PassagesTaken, ScenarioPack, StationNow,
};
pub use simulate::{Simulated, SimulationProgress};
pub use snapshot::{AdoptedReport, Snapshot, TaskView};
pub use stratml::xml_words;
pub use tasks::{Filed, Filing, Upload};
pub use tingzhou_cases as matter;
pub use tingzhou_city as city;
pub use tingzhou_ledger as ledger;
pub use tingzhou_measures as measure;
pub use tingzhou_report as report;
pub use tingzhou_scenarios as scenario;
pub use tingzhou_store::{
    AlarmEventRow, AlarmEventSelect, BulletinLine, ContentHash, CopyProgress, DraftLine, EventRow, FileRow, Head,
    MeasureFigures, ObjectionRow, ReadingRow, Store, StoreError, StoreUrl, SubscriptionRow, copy_store,
};
pub use year_end::{BallotView, YearEndDraft, YearEndView};
