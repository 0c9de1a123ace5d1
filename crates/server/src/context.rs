//! What a page knows of its request: the city as it is now, the language, the text size, who is signed in.

use crate::assets::{ADDRESSES, Addresses};
use crate::auth::csrf;
use crate::error::Answer;
use crate::fields::Fields;
use crate::i18n::{CityWords, Lang, MeasureWords, OrderWords, Words, city_words, measure_words, order_words, words};
use crate::pages::Failure;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum_extra::extract::CookieJar;
use std::sync::Arc;
use tingzhou_platform::ledger::{AccountRole, Actor, Light};
use tingzhou_platform::{Platform, Session, Snapshot};

pub(crate) const SESSION_COOKIE: &str = "tz_session";
pub(crate) const LANG_COOKIE: &str = "tz_lang";
pub(crate) const SIZE_COOKIE: &str = "tz_size";

/// What a page knows of its request.
pub(crate) struct Ctx {
    pub(crate) state: AppState,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) lang: Lang,
    pub(crate) large: bool,
    pub(crate) session: Option<Session>,
    pub(crate) token: Option<String>,
    /// What has been told to the one signed in and not been read, up to 100.
    unread: u32,
    uri: Uri,
    own_origin: bool,
}

/// The value of a parameter of a query, percent-decoded.
pub(crate) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = axum::extract::Query::try_from_uri(&query_uri(query)?).ok()?.0;
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn query_uri(query: Option<&str>) -> Option<Uri> {
    format!("/?{}", query?).parse().ok()
}

impl Ctx {
    /// What a page for everybody depends on besides the city; `None` for who may be signed in.
    pub(crate) fn public_key(headers: &HeaderMap, uri: &Uri) -> Option<String> {
        let jar = CookieJar::from_headers(headers);
        let cookie = |name: &str| jar.get(name).map(|c| c.value().to_owned()).unwrap_or_default();
        jar.get(SESSION_COOKIE).is_none().then(|| {
            let address = uri.path_and_query().map_or("/", |address| address.as_str());
            format!("{} {} {address}", cookie(LANG_COOKIE), cookie(SIZE_COOKIE))
        })
    }

    pub(crate) async fn load(state: &AppState, headers: &HeaderMap, uri: &Uri) -> Result<Self, Answer> {
        let jar = CookieJar::from_headers(headers);
        let cookie = |name: &str| jar.get(name).map(|c| c.value().to_owned());
        let asked = |name: &str| parameter(uri.query(), name);
        let lang = asked("lang").or_else(|| cookie(LANG_COOKIE));
        let size = asked("size").or_else(|| cookie(SIZE_COOKIE));
        let token = cookie(SESSION_COOKIE);
        let session = match &token {
            Some(token) => state.platform.session(token).await?,
            None => None,
        };
        let unread = match &session {
            Some(session) => state.platform.notices_unread(&session.actor).await?,
            None => 0,
        };
        Ok(Self {
            unread,
            state: state.clone(),
            snapshot: state.platform.snapshot().await?,
            lang: lang.as_deref().and_then(Lang::from_name).unwrap_or_default(),
            large: size.as_deref() == Some("large"),
            session,
            token,
            uri: uri.clone(),
            own_origin: csrf::own_origin(headers),
        })
    }

    pub(crate) fn platform(&self) -> &Platform {
        &self.state.platform
    }

    pub(crate) fn actor(&self) -> Option<&Actor> {
        self.session.as_ref().map(|s| &s.actor)
    }

    pub(crate) fn supervises(&self) -> bool {
        self.actor().is_some_and(|a| a.role.supervises())
    }

    /// Who acts, for a page that needs somebody; visitors are sent to sign in.
    pub(crate) fn signed_in(&self) -> Result<&Actor, Failure> {
        self.actor().ok_or_else(|| Failure::SignIn { back: self.path_and_query() })
    }

    /// Who acts, for a page of the supervision office.
    pub(crate) fn supervisor(&self) -> Result<&Actor, Failure> {
        let actor = self.signed_in()?;
        if actor.role.supervises() { Ok(actor) } else { Err(Answer::not_allowed().into()) }
    }

    /// Who acts with a form: signed in, and the form is ours.
    pub(crate) fn acting(&self, fields: &Fields) -> Result<&Actor, Failure> {
        let session = self.session.as_ref().ok_or_else(Answer::sign_in_first)?;
        if !self.own_origin || !csrf::same(fields.get("csrf"), &session.csrf) {
            return Err(Answer::foreign_form().into());
        }
        Ok(&session.actor)
    }

    pub(crate) fn own_origin(&self) -> bool {
        self.own_origin
    }

    pub(crate) fn path_and_query(&self) -> String {
        self.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
    }

    /// Everything a public page depends on.
    pub(crate) fn page_key(&self) -> String {
        let clock = self.platform().clock();
        let head = &self.snapshot.head;
        let (now, lang, size) = (clock.written(clock.now()), self.lang.tag(), self.large);
        format!("{} {} {} {now} {lang} {size} {}", head.seq, head.hash, self.snapshot.today, self.path_and_query())
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        parameter(self.uri.query(), name)
    }

    /// The frame of a page.
    pub(crate) fn chrome(&self, nav: Nav) -> Chrome {
        let platform = self.platform();
        let (clock, w) = (platform.clock(), words(self.lang));
        let banner = (self.snapshot.simulated() || clock.shifted()).then(|| {
            let what = if self.snapshot.simulated() { w.simulated_data } else { w.shifted_clock };
            format!("{what} · {} {}", w.city_time, self.snapshot.today)
        });
        Chrome {
            lang: self.lang,
            w,
            cw: city_words(self.lang),
            ow: order_words(self.lang),
            mw: measure_words(self.lang),
            large: self.large,
            city: self.lang.of(&platform.pack().name).to_owned(),
            nav,
            account: self.actor().map(|a| a.account.to_string()),
            role: self.actor().map(|a| a.role),
            unread: self.unread,
            csrf: self.session.as_ref().map(|s| s.csrf.clone()).unwrap_or_default(),
            banner,
            as_of: clock.written(clock.now()),
            seq: self.snapshot.head.seq,
            hash: self.snapshot.head.hash.chars().take(12).collect(),
            lang_link: self.link_with("lang", if self.lang == Lang::Zh { "en" } else { "zh" }),
            size_link: self.link_with("size", if self.large { "normal" } else { "large" }),
            center: platform.pack().center.map(|point| point.to_string()).unwrap_or_default(),
            has_map: platform.pack().map.is_some(),
            has_tiles: self.state.settings.map_tiles.is_some(),
            assets: &ADDRESSES,
        }
    }

    /// This page's address with one parameter set.
    fn link_with(&self, name: &str, value: &str) -> String {
        let kept = self
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang=") && !pair.starts_with("size="));
        let pair = format!("{name}={value}");
        let query: Vec<&str> = kept.chain(std::iter::once(pair.as_str())).collect();
        format!("{}?{}", self.uri.path(), query.join("&"))
    }
}

impl FromRequestParts<AppState> for Ctx {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        Ok(Self::load(state, &parts.headers, &parts.uri).await?)
    }
}

/// The place in the navigation a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nav {
    Report,
    Tasks,
    Livelihood,
    Bulletins,
    YearEnd,
    Findings,
    Desk,
    Cases,
    Projects,
    Measures,
    City,
    Notices,
    Adopt,
    Log,
    About,
    None,
}

/// The frame of a page, as its template sees it.
pub(crate) struct Chrome {
    pub(crate) lang: Lang,
    pub(crate) w: &'static Words,
    /// The words of the city's instruments.
    pub(crate) cw: &'static CityWords,
    /// The words of work orders, drills and gas.
    pub(crate) ow: &'static OrderWords,
    /// The words of measures.
    pub(crate) mw: &'static MeasureWords,
    pub(crate) large: bool,
    pub(crate) city: String,
    pub(crate) nav: Nav,
    pub(crate) account: Option<String>,
    pub(crate) role: Option<AccountRole>,
    pub(crate) unread: u32,
    pub(crate) csrf: String,
    pub(crate) banner: Option<String>,
    pub(crate) as_of: String,
    pub(crate) seq: i64,
    pub(crate) hash: String,
    pub(crate) lang_link: String,
    pub(crate) size_link: String,
    /// Where maps begin: longitude, latitude; empty when the city does not say.
    pub(crate) center: String,
    /// Whether the city brings borders and roads.
    pub(crate) has_map: bool,
    /// Whether there are tiles beneath the maps.
    pub(crate) has_tiles: bool,
    pub(crate) assets: &'static Addresses,
}

impl Chrome {
    pub(crate) fn supervises(&self) -> bool {
        self.role.is_some_and(AccountRole::supervises)
    }

    pub(crate) fn here(&self, nav: Nav) -> &'static str {
        if self.nav == nav { "page" } else { "false" }
    }

    /// The sign of a light: shape and colour, with its word for those who see neither.
    pub(crate) fn sign(&self, light: &Light) -> String {
        let name = light.name();
        format!(
            "<svg class=\"sign sign-{name}\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#sign-{name}\"/></svg>\
             <span class=\"unseen\">{}</span>",
            self.light(light)
        )
    }

    /// The sign without words, where the word stands beside it.
    pub(crate) fn bare_sign(&self, light: &Light) -> String {
        let name = light.name();
        format!(
            "<svg class=\"sign sign-{name}\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#sign-{name}\"/></svg>"
        )
    }

    /// The word of a light: 红灯, red light.
    pub(crate) fn light(&self, light: &Light) -> String {
        let words = light.words();
        match self.lang {
            Lang::Zh => format!("{}灯", words.zh),
            Lang::En => format!("{} light", words.en),
        }
    }

    /// What a light stands for.
    pub(crate) fn meaning(&self, light: &Light) -> &'static str {
        match light {
            Light::Red => self.w.light_red,
            Light::Yellow => self.w.light_yellow,
            Light::Green => self.w.light_green,
            Light::Blue => self.w.light_blue,
            Light::Grey => self.w.light_grey,
        }
    }
}
