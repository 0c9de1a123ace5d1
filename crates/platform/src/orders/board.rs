//! The orders that are open, by facility, as a map shows them. They are read from the store at once and held, so that a
//! live page costs no query for each value that comes; what is held is read anew when this program has changed an order,
//! and after a moment in any case, since another program may have.

use super::tend::open_ones;
use super::{OrderView, alarm_of, matter};
use crate::error::PlatformError;
use crate::platform::Platform;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tingzhou_cases::Case;
use tingzhou_city::FacilityId;
use tingzhou_ledger::Actor;
use tingzhou_store::CaseRow;

/// Orders read in one go, and most of orders and of drills that are held.
const AT_ONCE: u32 = 200;
const MOST_ORDERS: u32 = 2_000;
/// How old it may be.
const AGE: Duration = Duration::from_secs(2);

/// The orders and drills that are open: those whose clock ends first, at most 2,000 of each.
#[derive(Debug, Default)]
pub struct OrderBoard {
    rows: BTreeMap<FacilityId, Vec<CaseRow>>,
    cut: bool,
}

impl OrderBoard {
    /// The facilities with an open order that someone may see.
    #[must_use]
    pub fn facilities(&self, actor: &Actor) -> Vec<FacilityId> {
        let seen = |rows: &[CaseRow]| rows.iter().any(|row| Platform::may_see(actor, &row.case));
        self.rows.iter().filter(|(_, rows)| seen(rows)).map(|(id, _)| id.clone()).collect()
    }

    /// Whether there are more than it holds.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut
    }
}

/// What is held of the board, and how often orders have changed.
#[derive(Debug, Default)]
pub(crate) struct Boards {
    changed: AtomicU64,
    held: tokio::sync::Mutex<Option<(u64, Instant, Arc<OrderBoard>)>>,
}

impl Platform {
    /// The orders and drills that are open now, as this program knows them, or at most two seconds old.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn order_board(&self) -> Result<Arc<OrderBoard>, PlatformError> {
        let boards = self.boards();
        // Whoever comes meanwhile waits and takes what the first one has read.
        let mut held = boards.held.lock().await;
        let changed = boards.changed.load(Ordering::Acquire);
        if let Some((at, read, board)) = held.as_ref()
            && *at == changed
            && read.elapsed() < AGE
        {
            return Ok(Arc::clone(board));
        }
        let read = Instant::now();
        let mut board = OrderBoard::default();
        for drills in [false, true] {
            self.put_on(&mut board, drills).await?;
        }
        let board = Arc::new(board);
        *held = Some((changed, read, Arc::clone(&board)));
        Ok(board)
    }

    async fn put_on(&self, board: &mut OrderBoard, drills: bool) -> Result<(), PlatformError> {
        for offset in (0..MOST_ORDERS).step_by(AT_ONCE as usize) {
            let rows = self.store().cases(self.city(), &open_ones(matter(drills)?), offset, AT_ONCE).await?;
            let last = rows.len() < AT_ONCE as usize;
            for row in rows {
                if let Some((facility, _)) = alarm_of(&row.case) {
                    board.rows.entry(facility).or_default().push(row);
                }
            }
            if last {
                return Ok(());
            }
        }
        board.cut = true;
        Ok(())
    }

    /// The open orders of a facility that someone may see, as the board has them, orders before drills, by the clock that
    /// ends first.
    ///
    /// # Errors
    /// When an order goes by rules that are not there.
    pub async fn orders_on_board(
        &self,
        actor: &Actor,
        board: &OrderBoard,
        facility: &FacilityId,
    ) -> Result<Vec<OrderView>, PlatformError> {
        let mut views = Vec::new();
        for row in board.rows.get(facility).into_iter().flatten().filter(|row| Self::may_see(actor, &row.case)) {
            views.push(self.order_view(actor, row.clone()).await?);
        }
        Ok(views)
    }

    /// Tells who listens that an order of a facility is different now, durably.
    pub(super) fn order_changed(&self, case: &Case) {
        self.boards().changed.fetch_add(1, Ordering::AcqRel);
        // Who has not opened the instruments has nobody who listens.
        if let (Some(instruments), Some((facility, _))) = (self.opened().get(), alarm_of(case)) {
            instruments.tell_orders(facility);
        }
    }
}
