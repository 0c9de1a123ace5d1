//! Accounts and sessions.

use crate::adopt::hex;
use crate::error::PlatformError;
use crate::platform::Platform;
use crate::tasks::random_hex;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tingzhou_ledger::{AccountId, AccountRole, Actor, Event, LeaderId, UnitId};
use tingzhou_store::{AccountRow, Commit};
use tokio::sync::Semaphore;

/// How long a session lasts.
const SESSION_HOURS: i64 = 12;
/// Shortest password taken, in characters.
const SHORTEST_PASSWORD: usize = 10;
/// A hash of nobody's password, checked for unknown names, so that they are not told apart by time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Longest password taken, in bytes; hashing is slow on purpose and must not be made slower from outside.
const LONGEST_PASSWORD: usize = 256;

/// Passwords hashed at once: each takes 19 MiB and a processor on purpose, and a morning's sign-ins must not take all.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Hashes in turn, off the threads that answer requests.
async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PlatformError> {
    // The semaphore is never closed.
    let _turn = HASHING.acquire().await.map_err(|e| PlatformError::Password(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| PlatformError::Password(e.to_string()))
}

/// An account to be created.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Name to sign in with.
    pub name: String,
    /// What it may do.
    pub role: AccountRole,
    /// The unit it files for; needed for a unit's account, and only there.
    pub unit: Option<UnitId>,
    /// The leading post it acts for; needed for a leader's account, and only there.
    pub leader: Option<LeaderId>,
    /// Its password.
    pub password: String,
}

/// A session that has not expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who is signed in.
    pub actor: Actor,
    /// The word every form must carry.
    pub csrf: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A session just opened.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The token for the browser; kept here only as a hash.
    pub token: String,
    /// The session.
    pub session: Session,
}

fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

async fn hash_password(password: &str) -> Result<String, PlatformError> {
    let password = password.to_owned();
    hashing(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|e| PlatformError::Password(e.to_string()))
    })
    .await?
}

impl Platform {
    /// Creates an account.
    ///
    /// # Errors
    /// When the name is taken or no identifier, the password too short, or the unit missing or unknown.
    pub async fn create_account(&self, new: NewAccount) -> Result<Actor, PlatformError> {
        let account = AccountId::new(new.name)?;
        if new.password.chars().count() < SHORTEST_PASSWORD || new.password.len() > LONGEST_PASSWORD {
            let words = format!("a password has {SHORTEST_PASSWORD} characters to {LONGEST_PASSWORD} bytes");
            return Err(PlatformError::Password(words));
        }
        match (&new.unit, new.role) {
            (None, AccountRole::Unit) => {
                return Err(PlatformError::NotFound { what: format!("unit for account {account}; name one") });
            }
            (Some(unit), _) if self.pack().unit(unit).is_none() => {
                return Err(PlatformError::NotFound { what: format!("unit {unit}") });
            }
            _ => {}
        }
        match (&new.leader, new.role) {
            (None, AccountRole::Leader) => {
                return Err(PlatformError::NotFound { what: format!("leading post for account {account}; name one") });
            }
            (Some(leader), _) if self.pack().leader(leader).is_none() => {
                return Err(PlatformError::NotFound { what: format!("leader {leader}") });
            }
            _ => {}
        }
        let unit = new.unit.filter(|_| new.role == AccountRole::Unit);
        let leader = new.leader.filter(|_| new.role == AccountRole::Leader);
        let actor = Actor { account: account.clone(), role: new.role, unit: unit.clone(), leader: leader.clone() };
        let password_hash = hash_password(&new.password).await?;
        let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
        commit.add_account(&AccountRow { actor: actor.clone(), password_hash });
        commit
            .event(account.as_str(), Event::AccountCreated { account: account.clone(), role: new.role, unit, leader });
        self.store().commit(commit).await?;
        Ok(actor)
    }

    /// Gives an account another password; its sessions end.
    ///
    /// # Errors
    /// When there is no such account or the store does not answer.
    pub async fn set_password(&self, account: &AccountId, password: &str) -> Result<(), PlatformError> {
        let hash = hash_password(password).await?;
        let mut commit = Commit::new(self.city(), self.clock().now(), "installation");
        commit.set_password(account, &hash);
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Checks a name and password. Takes as long for an unknown name as for a wrong password.
    ///
    /// # Errors
    /// [`PlatformError::SignInFailed`] for either.
    pub async fn verify_password(&self, name: &str, password: &str) -> Result<Actor, PlatformError> {
        if password.len() > LONGEST_PASSWORD {
            return Err(PlatformError::SignInFailed);
        }
        let row = match AccountId::new(name) {
            Ok(account) => self.store().account(self.city(), &account).await?,
            Err(_) => None,
        };
        let hash = row.as_ref().map_or_else(|| NOBODY.to_owned(), |r| r.password_hash.clone());
        let password = password.to_owned();
        let right = hashing(move || {
            PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
        })
        .await?;
        match row {
            Some(row) if right => Ok(row.actor),
            _ => Err(PlatformError::SignInFailed),
        }
    }

    /// Opens a session.
    ///
    /// # Errors
    /// [`PlatformError::SignInFailed`] when name or password is wrong.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, PlatformError> {
        let actor = self.verify_password(name, password).await?;
        let (token, csrf) = (random_hex(32)?, random_hex(16)?);
        let now = self.clock().now();
        let expires_at = now.checked_add(SignedDuration::from_hours(SESSION_HOURS)).unwrap_or(now);
        let mut commit = Commit::new(self.city(), now, actor.account.as_str());
        commit.open_session(&token_hash(&token), &actor.account, &csrf, expires_at);
        self.store().commit(commit).await?;
        Ok(SignedIn { token, session: Session { actor, csrf, expires_at } })
    }

    /// The session of a token, if there is one that has not expired.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, PlatformError> {
        let row = self.store().session(self.city(), &token_hash(token), self.clock().now()).await?;
        Ok(row.map(|r| Session { actor: r.actor, csrf: r.csrf, expires_at: r.expires_at }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sign_out(&self, token: &str) -> Result<(), PlatformError> {
        let mut commit = Commit::new(self.city(), self.clock().now(), "session");
        commit.end_session(&token_hash(token));
        self.store().commit(commit).await?;
        Ok(())
    }

    /// Accounts after `after`, by name, at most 200.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn accounts(&self, after: &str) -> Result<Vec<Actor>, PlatformError> {
        Ok(self.store().accounts(self.city(), after, 200).await?.into_iter().map(|row| row.actor).collect())
    }
}
