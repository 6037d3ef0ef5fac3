//! The files of the widget: its script, worker and style sheet.

use axum::body::Bytes;
use humanify_assets::altcha as assets;

use crate::crypto::Sha256;

/// A file that browsers request.
pub(in crate::captcha) struct File {
    pub(in crate::captcha) name: String,
    pub(super) content_type: &'static str,
    pub(super) content: Bytes,
}

/// All files of the widget.
pub(crate) struct Files {
    style: File,
    script: File,
    worker: File,
}

/// Rules that make the widget follow the colour scheme of its parent element.
const SCHEMES: &str = "altcha-widget{color-scheme:light dark}\
    altcha-widget[theme=light]{color-scheme:light}\
    altcha-widget[theme=dark]{color-scheme:dark}";

impl Files {
    pub(in crate::captcha) fn new() -> Files {
        let worker = File::new(
            "worker",
            "js",
            Bytes::from_static(assets::WORKER.as_bytes()),
        );
        // The worker is next to the script, whatever the path.
        let start = format!(
            "$altcha.algorithms.set(\"SHA-256\",()=>new Worker(new URL({:?},import.meta.url)));",
            worker.name
        );
        let script = format!("{}\n{}\n{start}\n", assets::WIDGET, assets::TEXTS);
        let style = format!("{}\n{SCHEMES}\n", assets::STYLE);
        Files {
            style: File::new("style", "css", style.into()),
            script: File::new("widget", "js", script.into()),
            worker,
        }
    }

    pub(in crate::captcha) fn style(&self) -> &File {
        &self.style
    }

    pub(in crate::captcha) fn script(&self) -> &File {
        &self.script
    }

    pub(super) fn named(&self, name: &str) -> Option<&File> {
        [&self.style, &self.script, &self.worker]
            .into_iter()
            .find(|file| file.name == name)
    }
}

impl File {
    fn new(stem: &str, extension: &str, content: Bytes) -> File {
        let digest: String = Sha256::of(&content)
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        File {
            name: format!("{stem}-{digest}.{extension}"),
            content_type: match extension {
                "css" => "text/css; charset=utf-8",
                _ => "text/javascript; charset=utf-8",
            },
            content,
        }
    }
}
