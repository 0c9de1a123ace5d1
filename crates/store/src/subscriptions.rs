//! Where notices are sent to outside the program.

use crate::commit::Commit;
use crate::error::StoreError;
use crate::store::{Store, instant};
use crate::value::{Columns, Row, Value};
use jiff::Timestamp;
use tingzhou_ledger::{Audience, Channel, CityId, SubscriptionId};

const ADD: &str = "INSERT INTO subscription (city_id, subscription_id, audience, channel, address, secret, language, \
     queued_seq, added_at, delivered_at, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '')";
const DROP: &str = "DELETE FROM subscription WHERE city_id = $1 AND subscription_id = $2";
const LIST: &str = "SELECT subscription_id, audience, channel, address, secret, language, queued_seq, added_at, \
     delivered_at, error FROM subscription WHERE city_id = $1 AND ($2 = '' OR audience = $2) \
     ORDER BY audience, subscription_id LIMIT 5000";
const ONE: &str = "SELECT subscription_id, audience, channel, address, secret, language, queued_seq, added_at, \
     delivered_at, error FROM subscription WHERE city_id = $1 AND subscription_id = $2";
const STANDING: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM subscription WHERE city_id = $1 AND audience = $2";
const WITH_NEWS: &str = "SELECT s.subscription_id, (SELECT MAX(n.seq) FROM notice n WHERE n.city_id = s.city_id \
     AND n.audience = s.audience AND n.seq > s.queued_seq) AS newest, s.queued_seq FROM subscription s \
     WHERE s.city_id = $1 AND s.channel = $2 AND EXISTS (SELECT 1 FROM notice n WHERE n.city_id = s.city_id \
     AND n.audience = s.audience AND n.seq > s.queued_seq) ORDER BY s.subscription_id LIMIT 5000";
const QUEUED: &str = "SELECT queued_seq FROM subscription WHERE city_id = $1 AND subscription_id = $2";
const SET_QUEUED: &str = "UPDATE subscription SET queued_seq = $3 WHERE city_id = $1 AND subscription_id = $2";
const DELIVERED: &str =
    "UPDATE subscription SET delivered_at = $3, error = '' WHERE city_id = $1 AND subscription_id = $2";
const FAILED: &str = "UPDATE subscription SET error = $3 WHERE city_id = $1 AND subscription_id = $2";

/// Where the notices of an audience are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionRow {
    /// Identifier.
    pub id: SubscriptionId,
    /// Whose notices.
    pub audience: Audience,
    /// How.
    pub channel: Channel,
    /// Where to.
    pub address: String,
    /// What a webhook is signed with; empty for e-mail.
    pub secret: String,
    /// In which language: zh or en.
    pub language: String,
    /// Notices up to this event are queued.
    pub queued: i64,
    /// Since when.
    pub added_at: Timestamp,
    /// The last success.
    pub delivered_at: Option<Timestamp>,
    /// Why the last attempt failed; empty after a success.
    pub error: String,
}

/// An address with notices that are not queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Which.
    pub subscription: SubscriptionId,
    /// Notices up to this event are queued.
    pub queued: i64,
    /// The event of the newest notice.
    pub newest: i64,
}

fn subscription(row: Row) -> Result<SubscriptionRow, StoreError> {
    let mut c = Columns::new("subscription", row);
    let id = c.parsed(SubscriptionId::new)?;
    let audience = c.parsed(Audience::try_from)?;
    let channel = c.parsed(|name| Channel::from_name(&name).ok_or_else(|| format!("no channel {name}")))?;
    let (address, secret, language, queued) = (c.text()?, c.text()?, c.text()?, c.int()?);
    let added_at = instant(c.int()?)?;
    let delivered_at = Some(c.int()?).filter(|at| *at != 0).map(instant).transpose()?;
    let error = c.text()?;
    Ok(SubscriptionRow { id, audience, channel, address, secret, language, queued, added_at, delivered_at, error })
}

impl Store {
    /// Subscriptions of an audience (of all when `None`), at most 5,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn subscriptions(
        &self,
        city: &CityId,
        audience: Option<&Audience>,
    ) -> Result<Vec<SubscriptionRow>, StoreError> {
        let audience = audience.map(ToString::to_string).unwrap_or_default();
        let rows = self.query(LIST, vec![Value::text(city.as_str()), Value::Text(audience)]).await?;
        rows.into_iter().map(subscription).collect()
    }

    /// One subscription.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn subscription(
        &self,
        city: &CityId,
        id: &SubscriptionId,
    ) -> Result<Option<SubscriptionRow>, StoreError> {
        let rows = self.query(ONE, vec![Value::text(city.as_str()), Value::text(id.as_str())]).await?;
        rows.into_iter().next().map(subscription).transpose()
    }

    /// Subscriptions of a channel whose audience was told something that is not queued, at most 5,000.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn subscriptions_with_news(&self, city: &CityId, channel: Channel) -> Result<Vec<News>, StoreError> {
        let rows = self.query(WITH_NEWS, vec![Value::text(city.as_str()), Value::text(channel.name())]).await?;
        let read = |row| {
            let mut c = Columns::new("subscription", row);
            let subscription = c.parsed(SubscriptionId::new)?;
            let newest = c.int()?;
            Ok(News { subscription, newest, queued: c.int()? })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Commit {
    fn subscription_params(&self, id: &SubscriptionId, rest: impl IntoIterator<Item = Value>) -> Vec<Value> {
        [Value::text(self.city.as_str()), Value::text(id.as_str())].into_iter().chain(rest).collect()
    }

    /// Adds a subscription; refused when the audience has other than `standing` by then.
    pub fn add_subscription(&mut self, row: &SubscriptionRow, standing: usize) {
        let audience = Value::Text(row.audience.to_string());
        let standing = i64::try_from(standing).unwrap_or(i64::MAX);
        let params = vec![Value::text(self.city.as_str()), audience.clone()];
        self.guard(STANDING, params, Some(standing), format!("addresses of {}", row.audience));
        let rest = [
            audience,
            Value::text(row.channel.name()),
            Value::text(&row.address),
            Value::text(&row.secret),
            Value::text(&row.language),
            Value::Int(row.queued),
            Value::Int(row.added_at.as_microsecond()),
        ];
        let params = self.subscription_params(&row.id, rest);
        self.write(ADD, params);
    }

    /// Deletes a subscription with its address.
    pub fn drop_subscription(&mut self, id: &SubscriptionId) {
        let params = self.subscription_params(id, []);
        self.write(DROP, params);
    }

    /// Notes that notices are queued up to an event; refused when somebody else has queued some.
    pub fn queue_news(&mut self, news: &News) {
        let params = self.subscription_params(&news.subscription, []);
        self.guard(QUEUED, params, Some(news.queued), format!("subscription {}", news.subscription));
        let params = self.subscription_params(&news.subscription, [Value::Int(news.newest)]);
        self.write(SET_QUEUED, params);
    }

    /// Notes how the last attempt to send to an address ended.
    pub fn note_delivery(&mut self, id: &SubscriptionId, outcome: Result<(), &str>) {
        let (sql, value) = match outcome {
            Ok(()) => (DELIVERED, Value::Int(self.at.as_microsecond())),
            Err(why) => (FAILED, Value::text(why)),
        };
        let params = self.subscription_params(id, [value]);
        self.write(sql, params);
    }
}
