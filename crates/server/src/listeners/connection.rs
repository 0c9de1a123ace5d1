//! One connection of an instrument: read, decode, hand over, answer.
//!
//! What one read gives is one batch, and nothing more is read before it is durable and answered: a peer that is quicker
//! than the store waits in its own socket. Between reads a connection holds at most one unfinished frame, and parts of
//! messages within a budget that all connections share.

use super::budget::{Budget, Share};
use super::intake::{Intake, Known, Protocol};
use super::turn::{Refused, Turn};
use std::collections::HashMap;
use std::hash::Hash;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tingzhou_protocols::parts::{Parts, Size};
use tingzhou_protocols::stream::Framing;
use tingzhou_protocols::{Reason, Reassembler, Refusal};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Parts of messages, of whatever protocol.
pub(super) trait Waiting {
    /// About how many bytes they take.
    fn room(&self) -> usize;

    /// Gives up those that have waited too long.
    fn forget(&mut self, seconds: u64);

    /// Gives all of them up.
    fn clear(&mut self);
}

impl<K: Clone + PartialEq, P: PartialEq + Size> Waiting for Parts<K, P> {
    fn room(&self) -> usize {
        Parts::room(self)
    }

    fn forget(&mut self, seconds: u64) {
        Parts::forget(self, seconds);
    }

    fn clear(&mut self) {
        Parts::clear(self);
    }
}

/// What a protocol adds to the loop: whose a frame is, what it says, and how it is answered.
pub(super) trait Speech: Send + 'static {
    /// A frame.
    type Frame: Send;
    /// How frames are found.
    type Framing: Framing<Frame = Self::Frame> + Send;
    /// An address as it stands in a frame.
    type Whose: Clone + Eq + Hash + Send;

    const PROTOCOL: Protocol;

    fn framing() -> Self::Framing;

    /// Whose a frame is.
    fn whose(frame: &Self::Frame) -> Result<Self::Whose, Reason>;

    /// An address as people write it.
    fn address(whose: &Self::Whose) -> Result<String, Reason>;

    /// Whose what was refused says it is, by its first bytes. Nothing vouches for it.
    fn claimed(refused: &[u8]) -> Option<Self::Whose>;

    /// What waits for its missing parts.
    fn waiting(&mut self) -> &mut dyn Waiting;

    /// A frame's bytes, for those who look at an instrument in quarantine.
    fn bytes(frame: &Self::Frame) -> Vec<u8>;

    /// Takes a frame: values and answers go into the turn.
    fn take(&mut self, frame: Self::Frame, known: &Known, turn: &mut Turn);
}

/// How long a connection is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the first whole frame, and for the end of any frame that has begun.
    pub(super) frame: Duration,
    /// Between two frames.
    pub(super) silence: Duration,
    /// For the peer to take an answer.
    pub(super) answer: Duration,
    /// How long an instrument is taken for what it was known as.
    pub(super) known: Duration,
    /// How often what waits for its parts is looked at when nothing comes.
    pub(super) parts: Duration,
}

impl Default for Patience {
    /// Stations send at the latest every hour; whoever is silent longer connects anew.
    fn default() -> Self {
        Self {
            frame: Duration::from_secs(60),
            silence: Duration::from_secs(3_900),
            answer: Duration::from_secs(15),
            known: Duration::from_secs(2),
            parts: Duration::from_secs(10),
        }
    }
}

/// Bytes taken from the socket in one go.
const READ: usize = 16 * 1024;
/// Instruments behind one connection that are remembered at once.
const MOST_REMEMBERED: usize = 256;
/// Bytes without a frame after which a connection is not the protocol's, or not any more.
const MOST_NOISE: u64 = 64 * 1024;
/// Refusals without a frame after which it is not either: looking for frames in what only seems some is work.
const MOST_AMISS: usize = 100;
/// Instruments nobody has heard of that one connection may bring: a gateway has some, a flood of made-up ones has no end.
const MOST_STRANGERS: usize = 16;
/// How much of a frame in quarantine is shown.
const HEAD: usize = 64;
/// Why what waits for its parts is given up.
const CROWDED: &str = "crowded";
/// How long a connection waits before it ends when the store takes nothing, so that peers do not come back at once.
const HOLD: Duration = Duration::from_secs(1);

struct Remembered {
    address: Arc<str>,
    known: Known,
    at: Instant,
}

/// A conversation with one peer.
pub(super) struct Conversation<S: Speech, I> {
    stream: TcpStream,
    speech: S,
    intake: I,
    patience: Patience,
    ears: Reassembler<S::Framing>,
    remembered: HashMap<S::Whose, Remembered>,
    /// Whose the last frame was: what is refused between frames is likely its too.
    last: Option<Arc<str>>,
    /// Instruments that this connection was the first to bring and nobody has adopted yet.
    strangers: Vec<Arc<str>>,
    /// What waits for its parts.
    share: Share,
    /// Refusals since the last frame.
    amiss: usize,
    /// Bytes received up to the read that brought the last frame.
    heard: u64,
    began: Instant,
    /// Since when the end of a frame, or the first one, is waited for.
    since: Instant,
    /// When something came last.
    silent: Instant,
}

type Found<S> = Vec<Result<<S as Speech>::Frame, Refusal>>;

impl<S: Speech, I: Intake> Conversation<S, I> {
    pub(super) fn new(stream: TcpStream, speech: S, intake: I, patience: Patience, budget: &Budget) -> Self {
        let ears = Reassembler::new(S::framing());
        let (remembered, began) = (HashMap::new(), Instant::now());
        Self {
            stream,
            speech,
            intake,
            patience,
            ears,
            remembered,
            last: None,
            strangers: Vec::new(),
            share: budget.share(),
            amiss: 0,
            heard: 0,
            began,
            since: began,
            silent: began,
        }
    }

    /// Until the peer goes, says nothing for too long, or `stop` turns true. What is under way then is finished.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) -> io::Result<()> {
        loop {
            let patience = self.patience();
            // What waits for parts is given up in time, also where nothing comes any more.
            let wait = if self.share.bytes() > 0 { patience.min(self.patience.parts) } else { patience };
            let ready = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
                ready = timeout(wait, self.stream.readable()) => ready,
            };
            let heard = match ready {
                Ok(Ok(())) => self.hear(),
                Ok(Err(error)) => Err(error),
                Err(_) if wait < patience => {
                    self.speech.waiting().forget(self.began.elapsed().as_secs());
                    self.settle();
                    continue;
                }
                // Silent for too long.
                Err(_) => Ok(None),
            };
            match heard {
                Ok(Some(found)) => {
                    if !found.is_empty() && !self.turn(found).await? {
                        return Ok(());
                    }
                }
                Ok(None) => return self.end().await,
                Err(error) => {
                    self.end().await?;
                    return Err(error);
                }
            }
        }
    }

    /// How long the peer may keep silent now.
    fn patience(&self) -> Duration {
        if self.ears.is_waiting() || self.ears.tally().frames == 0 {
            self.patience.frame.saturating_sub(self.since.elapsed())
        } else {
            self.patience.silence.saturating_sub(self.silent.elapsed())
        }
    }

    /// Keeps what waits for its parts within the budget: without room it is given up, and comes again.
    fn settle(&mut self) {
        if self.share.set(self.speech.waiting().room()) || self.share.bytes() == 0 {
            return;
        }
        self.speech.waiting().clear();
        self.share.set(self.speech.waiting().room());
        self.intake.refused(S::PROTOCOL, self.last.as_deref(), CROWDED, 1);
    }

    /// What is there to be read; nothing at the end. No buffer is kept while nothing is.
    fn hear(&mut self) -> io::Result<Option<Found<S>>> {
        let mut buffer = [0_u8; READ];
        let length = match self.stream.try_read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Some(Vec::new())),
            Err(error) => return Err(error),
        };
        self.silent = Instant::now();
        let was_between = !self.ears.is_waiting();
        let found = self.ears.push(&buffer[..length]);
        if self.ears.tally().frames > 0 && (was_between || found.iter().any(Result::is_ok)) {
            self.since = Instant::now();
        }
        Ok(Some(found))
    }

    /// Frames and refusals of one read. Whether the conversation goes on.
    async fn turn(&mut self, found: Found<S>) -> io::Result<bool> {
        let mut turn = Turn::new(self.intake.now(), self.began.elapsed().as_secs());
        if let Some(last) = found.iter().rposition(Result::is_ok) {
            (self.amiss, self.heard) = (found.len() - 1 - last, self.ears.tally().bytes);
        } else {
            self.amiss += found.len();
        }
        for one in found {
            match one {
                Ok(frame) => self.take(frame, &mut turn).await,
                Err(refusal) => {
                    turn.address = self.blamed(&refusal);
                    turn.refuse(refusal.reason.code());
                }
            }
        }
        self.settle();
        self.count(&turn.refused);
        let batch = std::mem::take(&mut turn.arriving);
        if !batch.is_empty() {
            match self.intake.ingest(batch).await {
                Ok(ingested) => self.count(&turn.not_taken(&ingested)),
                Err(error) => {
                    tracing::warn!(protocol = S::PROTOCOL.code(), %error, "a connection ends without an answer");
                    sleep(HOLD).await;
                    return Ok(false);
                }
            }
        }
        if !turn.answers.is_empty() {
            let written = timeout(self.patience.answer, self.stream.write_all(&turn.answers)).await;
            written.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        }
        Ok(self.amiss < MOST_AMISS && self.ears.tally().bytes - self.heard < MOST_NOISE)
    }

    /// Whose a refusal counts as: that of the instrument it names, if that was heard of; else that of the one spoken
    /// with; else, where only the checksum is wrong, that of the one it names, which is listed for it. An instrument that
    /// never sends anything right is seen by that.
    fn blamed(&mut self, refusal: &Refusal) -> Option<Arc<str>> {
        let claimed = S::claimed(&refusal.prefix).and_then(|whose| S::address(&whose).ok());
        let is_listed = claimed.as_ref().is_some_and(|address| self.intake.is_listed(S::PROTOCOL, address));
        let is_whole = matches!(refusal.reason, Reason::BadChecksum { .. } | Reason::NoChecksum);
        let claimed: Option<Arc<str>> = claimed.map(Arc::from);
        match self.last.clone() {
            _ if is_listed => claimed,
            Some(last) => Some(last),
            None => claimed.filter(|address| is_whole && self.is_let_in(address)),
        }
    }

    /// Whether an instrument may be listed: one that is, or of those that nobody heard of the first few.
    fn is_let_in(&mut self, address: &Arc<str>) -> bool {
        if self.strangers.contains(address) || self.intake.is_listed(S::PROTOCOL, address) {
            return true;
        }
        let room = self.strangers.len() < MOST_STRANGERS;
        if room {
            self.strangers.push(Arc::clone(address));
        }
        room
    }

    fn count(&self, refused: &[Refused]) {
        for one in refused {
            self.intake.refused(S::PROTOCOL, one.address.as_deref(), one.reason, one.count);
        }
    }

    async fn take(&mut self, frame: S::Frame, turn: &mut Turn) {
        let known = match S::whose(&frame) {
            Ok(whose) => self.known(whose).await,
            Err(reason) => Err(reason),
        };
        let (address, known) = match known {
            Ok(known) => known,
            Err(reason) => {
                turn.address = None;
                turn.refuse(reason.code());
                return;
            }
        };
        if matches!(known, Known::Quarantined) {
            let mut head = S::bytes(&frame);
            head.truncate(HEAD);
            self.intake.held_back(S::PROTOCOL, &address, &head);
        }
        turn.turn_to(Arc::clone(&address));
        self.last = Some(address);
        self.speech.take(frame, &known, turn);
    }

    async fn known(&mut self, whose: S::Whose) -> Result<(Arc<str>, Known), Reason> {
        if let Some(found) = self.remembered.get(&whose)
            && found.at.elapsed() < self.patience.known
        {
            return Ok((Arc::clone(&found.address), found.known.clone()));
        }
        let address: Arc<str> = S::address(&whose)?.into();
        if !self.is_let_in(&address) {
            return Err(Reason::Crowded { limit: MOST_STRANGERS, of: "addresses" });
        }
        let known = self.intake.known(S::PROTOCOL, &address).await;
        if matches!(known, Known::Adopted(_)) {
            self.strangers.retain(|stranger| *stranger != address);
        }
        if self.remembered.len() >= MOST_REMEMBERED {
            self.remembered.clear();
        }
        let at = Instant::now();
        self.remembered.insert(whose, Remembered { address: Arc::clone(&address), known: known.clone(), at });
        Ok((address, known))
    }

    /// What is held will not be finished; a whole frame may stand behind what seemed to be the beginning of one.
    async fn end(&mut self) -> io::Result<()> {
        let found = self.ears.finish();
        if found.is_empty() { Ok(()) } else { self.turn(found).await.map(|_| ()) }
    }
}
