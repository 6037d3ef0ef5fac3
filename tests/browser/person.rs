//! `Person`: a person's actions at a challenge.

use std::time::Duration;

use humanify::HumanifyBuilder;
use humanify::testing::{self, FilledForm};
use thirtyfour::prelude::*;

use super::chromium::{Chromium, Look};
use super::site::Served;
use crate::support::wait::until;

/// The largest number of rounds that a person plays.
const MOST_ROUNDS: usize = 10;

/// A person with a browser, at a site.
pub(crate) struct Person {
    pub(crate) browser: Chromium,
    pub(crate) site: Served,
}

impl Person {
    /// Starts a browser with this look and a site with these settings. `None` where there is no
    /// browser.
    pub(crate) async fn start(settings: HumanifyBuilder, look: Look) -> Option<Person> {
        let browser = Chromium::start().await?;
        browser.set_look(look, None).await;
        let site = Served::start(settings).await;
        Some(Person { browser, site })
    }

    /// Goes to a path.
    pub(crate) async fn go(&self, path: &str) {
        self.browser.goto(self.site.at(path)).await.unwrap();
    }

    /// The path and query of the page that is shown.
    pub(crate) async fn place(&self) -> String {
        let address = self.browser.current_url().await.unwrap().to_string();
        match address.strip_prefix(&self.site.origin) {
            Some(path) => path.to_owned(),
            None => address,
        }
    }

    /// The status of the page that is shown.
    pub(crate) async fn status(&self) -> u64 {
        let script = "return performance.getEntriesByType('navigation')[0].responseStatus";
        self.browser.evaluate(script).await.as_u64().unwrap()
    }

    /// The text of the page.
    pub(crate) async fn text(&self) -> String {
        self.one("body").await.text().await.unwrap()
    }

    /// The only visible element that matches.
    pub(crate) async fn one(&self, selector: &str) -> WebElement {
        let mut found = Vec::new();
        for element in self.all(selector).await {
            if selector == "html" || element.is_displayed().await.unwrap() {
                found.push(element);
            }
        }
        assert_eq!(found.len(), 1, "`{selector}` on {}", self.place().await);
        found.remove(0)
    }

    /// Every element that matches.
    pub(crate) async fn all(&self, selector: &str) -> Vec<WebElement> {
        self.browser.find_all(By::Css(selector)).await.unwrap()
    }

    /// Follows a link by a part of its address.
    pub(crate) async fn follow(&self, address: &str) {
        let link = format!("main p:not(.skip) > a[href*='{address}']");
        self.leave_by(&link).await;
    }

    /// Clicks an element that leads to another page, and waits for that page.
    pub(crate) async fn leave_by(&self, selector: &str) {
        let page = self.one("html").await;
        self.one(selector).await.click().await.unwrap();
        self.wait_for_the_page_after(&page).await;
    }

    /// Waits for a page with this text.
    pub(crate) async fn wait_for(&self, text: &str) {
        until(text, async || {
            // Between two pages there may be no body.
            match self.browser.find(By::Tag("body")).await {
                Ok(body) => body.text().await.is_ok_and(|said| said.contains(text)),
                Err(_) => false,
            }
        })
        .await;
    }

    /// Waits until a page is gone: a busy browser may still show it after a click.
    pub(crate) async fn wait_for_the_page_after(&self, page: &WebElement) {
        // While the page changes, chromedriver may return other errors.
        until("the next page comes", async || {
            !page.is_present().await.unwrap_or(false)
        })
        .await;
    }

    /// Whether a challenge is shown.
    pub(crate) async fn is_challenged(&self) -> bool {
        self.right_answer().await.is_some()
    }

    /// Answers the challenge that is shown rightly, once.
    pub(crate) async fn answer(&self) {
        let answer = self.right_answer().await.expect("a challenge");
        self.give(&answer).await;
    }

    /// Answers the challenge that is shown wrongly, once.
    pub(crate) async fn err(&self) {
        let page = self.browser.source().await.unwrap();
        let answer = testing::fail(&self.site.humanify, &page).expect("a challenge");
        self.give(&answers(&answer)).await;
    }

    /// Answers until there is no further challenge.
    pub(crate) async fn solve(&self) {
        for _ in 0..MOST_ROUNDS {
            match self.right_answer().await {
                Some(answer) => self.give(&answer).await,
                None => return,
            }
        }
        panic!("more than {MOST_ROUNDS} rounds");
    }

    /// The right answers to the challenge that is shown.
    pub(crate) async fn right_answer(&self) -> Option<Vec<String>> {
        let page = self.browser.source().await.unwrap();
        testing::solve(&self.site.humanify, &page).map(|answer| answers(&answer))
    }

    /// Waits until the pictures can be clicked, which is half a second after they are shown.
    async fn wait_for_the_pictures(&self) {
        let script = "return [...document.querySelectorAll('.tiles button, .tiles label')]
            .every(tile => getComputedStyle(tile).pointerEvents !== 'none')";
        until("the pictures can be clicked", async || {
            self.browser.evaluate(script).await == true
        })
        .await;
    }

    /// Double-clicks the right picture, or the last of several pictures and the button.
    pub(crate) async fn double_click_the_answer(&self) {
        let answer = self.right_answer().await.expect("a challenge");
        self.wait_for_the_pictures().await;
        let selector = if self
            .all("input[name=answer][type=checkbox]")
            .await
            .is_empty()
        {
            format!("button[name=answer][value='{}']", answer[0])
        } else {
            for value in &answer {
                let tile = format!("label:has(input[name=answer][value='{value}'])");
                self.one(&tile).await.click().await.unwrap();
            }
            "button.submit".to_owned()
        };
        self.double_click(&selector).await;
    }

    /// Double-clicks an element that leads to another page, and waits for that page.
    pub(crate) async fn double_click(&self, selector: &str) {
        let page = self.one("html").await;
        let target = self.one(selector).await;
        let clicks = self.browser.action_chain().double_click_element(&target);
        clicks.perform().await.unwrap();
        self.wait_for_the_page_after(&page).await;
    }

    /// Enters an answer with the controls of the page.
    async fn give(&self, answer: &[String]) {
        self.wait_for_the_pictures().await;
        if let [field] = &self.all("input[name=answer][type=text]").await[..] {
            field.send_keys(answer.join("")).await.unwrap();
            self.leave_by("button.submit").await;
        } else if !self
            .all("input[name=answer][type=checkbox]")
            .await
            .is_empty()
        {
            for value in answer {
                let tile = format!("label:has(input[name=answer][value='{value}'])");
                self.one(&tile).await.click().await.unwrap();
            }
            self.leave_by("button.submit").await;
        } else {
            let tile = format!("button[name=answer][value='{}']", answer[0]);
            self.leave_by(&tile).await;
        }
    }

    /// Clicks a picture, without waiting for another page.
    pub(crate) async fn choose(&self, number: usize) {
        self.wait_for_the_pictures().await;
        let tile = format!(".tiles button[value='{number}']");
        self.one(&tile).await.click().await.unwrap();
    }

    /// Presses a key at the focused element.
    pub(crate) async fn press(&self, key: Key) {
        let keys = self.browser.action_chain().send_keys(key);
        keys.perform().await.unwrap();
    }

    /// Presses the tab key until an element has the focus, and checks that the focus is visible.
    pub(crate) async fn tab_to(&self, selector: &str) {
        for _ in 0..30 {
            self.press(Key::Tab).await;
            let script = format!("return document.activeElement.matches(`{selector}`)");
            if self.browser.evaluate(&script).await == true {
                // The label of a check box may show its focus.
                let seen = "const focused = document.activeElement;
                    return [focused, focused.closest('label') || focused]
                        .some(element => getComputedStyle(element).outlineStyle !== 'none');";
                assert_eq!(self.browser.evaluate(seen).await, true, "{selector}");
                return;
            }
        }
        panic!("the focus never comes to `{selector}`");
    }

    /// Moves the site's clock.
    pub(crate) fn wait(&self, time: Duration) {
        self.site.clock.advance(time);
    }
}

/// The answers in a form that was filled in.
fn answers(form: &FilledForm) -> Vec<String> {
    form_urlencoded::parse(form.body.as_bytes())
        .filter(|(name, _)| name == "answer")
        .map(|(_, value)| value.into_owned())
        .collect()
}
