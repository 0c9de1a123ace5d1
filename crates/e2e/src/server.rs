//! The program serving a city.

use crate::api::Api;
use crate::city::DAY;
use crate::program::{program, workspace};
use crate::{PATIENCE, until};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program serving a city; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    base: String,
}

/// A port nobody listens on.
#[must_use]
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port").port()
}

impl Server {
    /// Serves the city in a folder, on the simulated day, and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// The same, with more said to the program.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn with(folder: &Path, more: &[&str]) -> Self {
        for _ in 0..5 {
            // Another program may take the port in between; then another one is tried.
            if let Some(server) = Self::try_start(folder, free_port(), more) {
                return server;
            }
        }
        panic!("the server does not start: its messages stand above");
    }

    fn try_start(folder: &Path, port: u16, more: &[&str]) -> Option<Self> {
        let address = format!("127.0.0.1:{port}");
        let child = Command::new(program())
            .args(["serve", "--store", &format!("sqlite:{}", folder.display()), "--listen", &address])
            .args(["--day", DAY])
            .args(more)
            .current_dir(workspace())
            .stdin(Stdio::null())
            .env_remove("TINGZHOU_STORE")
            .spawn()
            .expect("the program starts");
        let mut server = Self { child, base: format!("http://{address}") };
        let api = Api::public(&server.base);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if api.try_get("/health").is_some_and(|r| r.status == 200) {
                return Some(server);
            }
            if server.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    /// Its address, without a path.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The address of a page.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Ends it at once, whatever it was doing (SIGKILL).
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits until it answers something that holds.
    ///
    /// # Panics
    /// When it never does.
    pub fn wait_for(&self, path: &str, holds: impl Fn(&str) -> bool) {
        let api = Api::public(&self.base);
        until(path, || api.try_get(path).filter(|r| holds(&r.text)).map(|_| ()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
