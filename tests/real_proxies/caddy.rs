//! Tests with Caddy, configured as in the guide.

use std::process::Command;

use super::{
    Proxy, a_prefix_comes_back, a_proxy_tells_the_truth, application, ports, replaced, snippet,
    start_program,
};
use crate::support::folder::Folder;
use crate::support::wait::until;

/// Starts Caddy with a block of the guide. `None` where it is not installed.
async fn caddy(number: usize) -> Option<Proxy> {
    let application = application().await;
    let lines = snippet("Caddy", "text", number);
    let lines = replaced(
        &lines,
        "127.0.0.1:3000",
        &format!("127.0.0.1:{application}"),
    );
    let folder = Folder::new();
    let [http, https] = ports();
    // Caddy uses its own certificates and changes no other program.
    let options = format!(
        "{{\nadmin off\nlocal_certs\nskip_install_trust\n\
         default_bind 127.0.0.1\nhttp_port {http}\nhttps_port {https}\n\
         auto_https disable_redirects\nservers {{\nprotocols h1\n}}\n}}\n"
    );
    let file = folder.file("Caddyfile");
    std::fs::write(&file, format!("{options}{lines}")).unwrap();
    let log = std::fs::File::create(folder.file("log")).unwrap();
    let process = start_program(
        Command::new("caddy")
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&file)
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .stdout(log.try_clone().unwrap())
            .stderr(log),
    )?;
    let mut proxy = Proxy {
        process,
        http: None,
        https,
        _folder: folder,
    };
    proxy.is_ready().await;
    until("Caddy has a certificate", async || {
        proxy
            .ask_safely("127.0.0.1", "/client", "")
            .await
            .starts_with("HTTP/1.1 200")
    })
    .await;
    Some(proxy)
}

#[tokio::test]
async fn caddy_reports_address_host_and_scheme_and_no_client_changes_them() {
    let Some(proxy) = caddy(0).await else {
        return;
    };
    let proxy = &proxy;
    a_proxy_tells_the_truth(async |a, b, c| proxy.ask_safely(a, b, c).await, true).await;
}

#[tokio::test]
async fn links_contain_the_prefix_that_caddy_strips() {
    let Some(proxy) = caddy(1).await else {
        return;
    };
    let proxy = &proxy;
    a_prefix_comes_back(async |a, b, c| proxy.ask_safely(a, b, c).await).await;
}
