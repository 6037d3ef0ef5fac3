//! A site behind humanify, and visitors that send requests to it.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::BodyExt;
use humanify::{Group, Humanify, HumanifyBuilder, ManualClock, Secrets, testing};
use tower::ServiceExt;

/// An address of a private household.
pub(crate) const HOME: &str = "84.140.1.2";
/// An address in a network that the tests' sites list as a datacenter.
pub(crate) const DATACENTER: &str = "84.140.200.2";
/// An address in a network that the tests' sites list as a VPN.
pub(crate) const VPN: &str = "84.140.201.2";

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// An application behind humanify.
#[derive(Clone)]
pub(crate) struct Site {
    /// The protected application.
    pub(crate) app: Router,
    /// The protection.
    pub(crate) humanify: Humanify,
    /// The clock of the site.
    pub(crate) clock: ManualClock,
}

impl Site {
    /// Protects an application with the settings of a test.
    pub(crate) fn new(builder: HumanifyBuilder, app: Router) -> Site {
        let clock = ManualClock::default();
        let humanify = builder
            .secrets(Secrets::new([7; 32]))
            .clock(clock.clone())
            .add_network(Group::Datacenter, "84.140.200.0/24")
            .add_network(
                Group::Vpn(humanify::VpnProvider::Mullvad),
                "84.140.201.0/24",
            )
            .build()
            .unwrap();
        Site::of(humanify, clock, app)
    }

    /// Protects an application by a `Humanify` that was built by hand, with this clock.
    pub(crate) fn of(humanify: Humanify, clock: ManualClock, app: Router) -> Site {
        let app = humanify.protect(app).unwrap();
        Site {
            app,
            humanify,
            clock,
        }
    }

    /// A browser at an address.
    pub(crate) fn browser(&self, ip: &str) -> Visitor {
        Visitor::new(self, ip)
            .with(USER_AGENT, BROWSER)
            .with(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .with(HeaderName::from_static("sec-fetch-mode"), "navigate")
            .with(HeaderName::from_static("sec-fetch-site"), "same-origin")
    }

    /// A program at an address, with a browser's user agent.
    pub(crate) fn program(&self, ip: &str) -> Visitor {
        Visitor::new(self, ip)
            .with(USER_AGENT, BROWSER)
            .with(ACCEPT, "application/json")
    }
}

/// A client with its address, its headers and its cookies. Clones share the cookies.
#[derive(Clone)]
pub(crate) struct Visitor {
    site: Site,
    ip: IpAddr,
    headers: HeaderMap,
    cookies: Arc<Mutex<Vec<(String, String)>>>,
}

impl Visitor {
    fn new(site: &Site, ip: &str) -> Visitor {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("site.example"));
        Visitor {
            site: site.clone(),
            ip: ip.parse().unwrap(),
            headers,
            cookies: Arc::default(),
        }
    }

    /// The same visitor with a header replaced.
    pub(crate) fn with(mut self, name: impl Into<HeaderName>, value: &str) -> Visitor {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.headers.insert(name.into(), value);
        self
    }

    /// The same visitor with one more line of a header.
    pub(crate) fn with_more(mut self, name: &'static str, value: &str) -> Visitor {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.headers.append(name, value);
        self
    }

    /// The same visitor without a header.
    pub(crate) fn without(mut self, name: impl Into<HeaderName>) -> Visitor {
        self.headers.remove(name.into());
        self
    }

    /// The same visitor, with the same cookies, at another address.
    pub(crate) fn at(mut self, ip: &str) -> Visitor {
        self.ip = ip.parse().unwrap();
        self
    }

    /// The same visitor, with the same cookies, at another site of the same host.
    pub(crate) fn at_site(mut self, site: &Site) -> Visitor {
        self.site = site.clone();
        self
    }

    /// The same visitor with no cookies.
    pub(crate) fn forgetful(mut self) -> Visitor {
        self.cookies = Arc::default();
        self
    }

    /// The value of a cookie that the site has set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.cookies.lock().unwrap();
        cookies
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }

    /// Sets a cookie by hand.
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.retain(|(known, _)| known != name);
        cookies.push((name.to_owned(), value.to_owned()));
    }

    /// Sends GET.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, "").await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, form: &str) -> Reply {
        self.clone()
            .with(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .send(Method::POST, path, form)
            .await
    }

    /// Sends a request.
    pub(crate) async fn send(&self, method: Method, path: &str, body: &str) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from(body.to_owned()))
            .unwrap();
        *request.headers_mut() = self.headers.clone();
        let line = {
            let cookies = self.cookies.lock().unwrap();
            let pairs: Vec<String> = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join("; ")
        };
        if !line.is_empty() && !self.headers.contains_key(COOKIE) {
            request.headers_mut().insert(COOKIE, line.parse().unwrap());
        }
        let peer = SocketAddr::new(self.ip, 40_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        let (head, body) = self
            .site
            .app
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        for line in head.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.set_cookie(name, value);
        }
        let body = body.collect().await.unwrap().to_bytes();
        Reply {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Follows the reply if it is a redirect to a challenge.
    pub(crate) async fn follow(&self, reply: Reply) -> Reply {
        match reply.location() {
            Some(address) if reply.status == StatusCode::SEE_OTHER => self.get(&address).await,
            _ => reply,
        }
    }

    /// Answers the challenge on a page rightly, once, and goes on to the next page of it.
    pub(crate) async fn answer(&self, page: &Reply) -> Reply {
        let answer = testing::solve(&self.site.humanify, &page.body).expect("a challenge");
        self.give(&answer).await
    }

    /// Answers the challenge on a page wrongly, once, and goes on to the next page of it.
    pub(crate) async fn err(&self, page: &Reply) -> Reply {
        let answer = testing::fail(&self.site.humanify, &page.body).expect("a challenge");
        self.give(&answer).await
    }

    /// Sends an answer, and follows the redirect if it leads to another round.
    pub(crate) async fn give(&self, answer: &testing::FilledForm) -> Reply {
        let reply = self.post(&answer.action, &answer.body).await;
        match reply.location() {
            Some(address) if address.contains("challenge?") => self.get(&address).await,
            _ => reply,
        }
    }

    /// Requests a path, solves its challenge, and returns the response after the last round.
    pub(crate) async fn get_in(&self, path: &str) -> Reply {
        let asked = self.get(path).await;
        let page = self.follow(asked).await;
        self.solve(page).await
    }

    /// Solves the challenge on a page, all rounds.
    pub(crate) async fn solve(&self, mut page: Reply) -> Reply {
        for _ in 0..10 {
            if testing::solve(&self.site.humanify, &page.body).is_none() {
                return page;
            }
            page = self.answer(&page).await;
        }
        panic!("more than ten rounds");
    }
}

/// A received response.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, as text.
    pub(crate) body: String,
}

impl Reply {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The target of the redirect.
    pub(crate) fn location(&self) -> Option<String> {
        self.headers
            .get(LOCATION)
            .map(|address| address.to_str().unwrap().to_owned())
    }

    /// Whether it redirects to a challenge.
    pub(crate) fn demands_challenge(&self) -> bool {
        self.status == StatusCode::SEE_OTHER
            && self
                .location()
                .is_some_and(|address| address.starts_with("/humanify/"))
    }

    /// The address of the first link on the page that starts with `start`.
    pub(crate) fn link(&self, start: &str) -> String {
        let plain = self.body.replace("&amp;", "&").replace("&#x2f;", "/");
        let link = format!("href=\"{start}?");
        let at = plain.find(&link).expect("a link") + "href=\"".len();
        plain[at..].chars().take_while(|c| *c != '"').collect()
    }

    /// The id of the clearance in the response.
    pub(crate) fn clearance_id(&self, site: &Site) -> Option<String> {
        let lines = self.headers.get_all(SET_COOKIE);
        let pairs = lines
            .iter()
            .filter_map(|line| line.to_str().ok()?.split(';').next());
        pairs
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| name.contains("clearance"))
            .and_then(|(_, value)| testing::clearance_id(&site.humanify, value))
    }

    /// Whether the response gives a clearance.
    pub(crate) fn clears(&self) -> bool {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .any(|line| line.to_str().unwrap().contains("_clearance="))
    }
}
