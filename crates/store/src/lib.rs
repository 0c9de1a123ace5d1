//! Keeps everything, on SQLite or PostgreSQL.
//!
//! One API of the domain over a private choice of backend; nothing generic leaks. Every write is a [`Commit`]: guards,
//! rows and events in one transaction, acknowledged only after it is durable. Only this crate contains SQL.

mod accounts;
mod air;
mod alarms;
mod backend;
mod ballots;
mod bulletins;
mod cases;
mod chunks;
mod commit;
mod copy;
mod drafts;
mod error;
mod facilities;
mod files;
mod findings;
mod intake;
mod jobs;
mod log;
mod logged;
mod measures;
mod notices;
mod parking;
mod postgres;
mod projects;
mod reports;
mod rollups;
mod running;
mod schema;
mod sqlite;
mod store;
mod subscriptions;
mod tasks;
mod value;
mod views;
mod year_end;

pub use accounts::{AccountRow, SessionRow};
pub use air::AirDayRow;
pub use alarms::{AlarmEventRow, AlarmEventSelect, AlarmStateRow};
pub use ballots::BallotRow;
pub use bulletins::BulletinLine;
pub use cases::{CaseCount, CaseFilter, CaseIndex, CaseRow, NEVER};
pub use chunks::{ChunkAt, ChunkRow};
pub use commit::{Commit, Committed, NewEvent};
pub use copy::{ContentHash, CopyProgress, copy_store};
pub use drafts::{DraftLine, DraftRow};
pub use error::StoreError;
pub use facilities::{DeviceRow, FacilityRow, SeriesRow};
pub use files::FileRow;
pub use findings::DismissalRow;
pub use intake::BatchRow;
pub use jobs::JobRow;
pub use log::{EventRow, Head, LogFault, Verified};
pub use logged::Logged;
pub use measures::{MeasureFigures, ReadingRow};
pub use notices::NoticeRow;
pub use parking::{ParkingDayRow, PassageRow};
pub use reports::ReportRow;
pub use running::{MeasureCell, MeasureRows, MeasureRun};
pub use schema::{TABLES, Table};
pub use store::{CityRow, Store, StoreUrl};
pub use subscriptions::{News, SubscriptionRow};
pub use year_end::{ObjectionRow, YearEndRow};
