//! `Events`: the log events of decisions during a test, as fields.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

/// One event, or the start of a span.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) level: Level,
    pub(crate) target: &'static str,
    pub(crate) is_span: bool,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

impl Told {
    /// A field's value.
    pub(crate) fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

/// All events that this thread logs, up to a level.
#[derive(Clone)]
pub(crate) struct Events {
    level: Level,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Events {
    /// Collects until the guard is dropped.
    pub(crate) fn collect(level: Level) -> (Events, DefaultGuard) {
        // Of a single subscriber, `tracing` asks the thread that is the first to log an event, and
        // leaves the event out on all threads if nobody listens on that one.
        static SECOND: LazyLock<Dispatch> =
            LazyLock::new(|| Dispatch::new(NoSubscriber::default()));
        LazyLock::force(&SECOND);
        let events = Events {
            level,
            told: Arc::default(),
        };
        let guard = tracing::subscriber::set_default(events.clone());
        (events, guard)
    }

    /// All events so far.
    pub(crate) fn all(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }

    /// The decisions so far.
    pub(crate) fn decisions(&self) -> Vec<Told> {
        let mut told = self.all();
        told.retain(|told| told.target == "humanify::decision");
        told
    }

    fn note(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields::default();
        record(&mut fields);
        // Leaked: the names of targets are few constants.
        let target: &'static str = Box::leak(metadata.target().to_owned().into_boxed_str());
        self.told.lock().unwrap().push(Told {
            level: *metadata.level(),
            target,
            is_span: metadata.is_span(),
            fields: fields.0,
        });
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note(span.metadata(), |fields| span.record(fields));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let mut told = self.told.lock().unwrap();
        let span = told.iter_mut().rev().find(|told| told.is_span);
        span.unwrap().fields.extend(fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.note(event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
