//! Tests with nginx, configured as in the guide.

use std::process::Command;

use super::{
    Proxy, a_prefix_comes_back, a_proxy_tells_the_truth, application, ports, replaced, snippet,
    start_program, status,
};
use crate::support::certificate::Certificate;
use crate::support::folder::Folder;

/// The lines of the guide, for an application on this port.
fn lines(application: u16) -> String {
    let lines = snippet("nginx", "nginx", 0);
    replaced(
        &lines,
        "127.0.0.1:3000",
        &format!("127.0.0.1:{application}"),
    )
}

/// The lines of the guide for nginx with a prefix.
fn lines_with_prefix(application: u16) -> String {
    let differing = snippet("nginx", "nginx", 1);
    let mut lines = snippet("nginx", "nginx", 0);
    for line in differing.lines() {
        let line = line.trim();
        let start = match line.split_whitespace().next().unwrap() {
            "proxy_set_header" => "proxy_set_header X-Forwarded-Prefix",
            word => word,
        };
        let replaces = |known: &&str| known.trim().starts_with(start);
        let old = lines.lines().find(replaces).unwrap().to_owned();
        lines = replaced(&lines, &old, line);
    }
    replaced(
        &lines,
        "127.0.0.1:3000",
        &format!("127.0.0.1:{application}"),
    )
}

/// Starts nginx with lines of the guide. `None` where it is not installed.
async fn nginx(lines: &str) -> Option<Proxy> {
    let folder = Folder::new();
    let file = |name: &str| folder.file(name).to_str().unwrap().to_owned();
    let Certificate { certificate, key } = Certificate::new(&folder, "example.org", &[])?;
    let [http, https] = ports();
    let server = format!(
        "listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl; ssl_certificate {certificate}; \
         ssl_certificate_key {key}; server_name"
    );
    let lines = replaced(lines, "server_name", &server);
    let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {};\n", file(name)))
        .collect();
    let configuration = format!(
        "daemon off;\npid {};\nerror_log {} crit;\nevents {{}}\n\
         http {{\naccess_log off;\n{folders}{lines}\n}}\n",
        file("pid"),
        file("error.log"),
    );
    std::fs::write(file("nginx.conf"), configuration).unwrap();
    let process = start_program(
        Command::new("nginx")
            .args(["-c", &file("nginx.conf"), "-p", &file("")])
            .args(["-e", &file("error.log")]),
    )?;
    let mut proxy = Proxy {
        process,
        http: Some(http),
        https,
        _folder: folder,
    };
    proxy.is_ready().await;
    Some(proxy)
}

#[tokio::test]
async fn nginx_reports_address_host_and_scheme_and_no_client_changes_them() {
    for https in [false, true] {
        let Some(proxy) = nginx(&lines(application().await)).await else {
            return;
        };
        let proxy = &proxy;
        match https {
            false => a_proxy_tells_the_truth(async |a, b, c| proxy.ask(a, b, c).await, false).await,
            true => {
                a_proxy_tells_the_truth(async |a, b, c| proxy.ask_safely(a, b, c).await, true)
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn links_contain_the_prefix_that_nginx_strips() {
    let Some(proxy) = nginx(&lines_with_prefix(application().await)).await else {
        return;
    };
    let proxy = &proxy;
    a_prefix_comes_back(async |a, b, c| proxy.ask(a, b, c).await).await;
}

#[tokio::test]
async fn nginx_behind_cloudflare_trusts_nobody_else() {
    let cloudflare = snippet("Cloudflare", "nginx", 0);
    let cloudflare = replaced(&cloudflare, "# …", "set_real_ip_from 127.0.0.8;");
    let lines = format!("{cloudflare}{}", lines(application().await));
    let Some(proxy) = nginx(&lines).await else {
        return;
    };
    let visitor = "CF-Connecting-IP: 84.140.1.2\r\nX-Forwarded-For: 84.140.9.9\r\n";
    for (from, ip) in [("127.0.0.8", "84.140.1.2"), ("127.0.0.9", "127.0.0.9")] {
        let answer = proxy.ask(from, "/client", visitor).await;
        assert!(answer.contains(&format!("Some({ip})")), "{answer}");
    }
    for number in 0..5 {
        let visitor = format!("CF-Connecting-IP: 84.140.1.{number}\r\n");
        let answer = proxy.ask("127.0.0.9", "/limited", &visitor).await;
        assert_eq!(status(&answer), if number < 3 { 200 } else { 429 });
    }
}
