//! Where the gateway is: one address to begin at and another to resume at, both without a path, as Discord has it.

use std::io;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;
use tokio::sync::watch;

/// How a port behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// Connections are taken.
    #[default]
    Open,
    /// Connections are refused, as by a machine that no longer runs the service.
    Refusing,
    /// Connections are taken and never answered, as by a machine that hangs.
    Silent,
}

/// Both addresses.
pub(crate) struct Addresses {
    pub(crate) first: u16,
    pub(crate) resume: u16,
    pub(crate) door: watch::Sender<Door>,
}

/// The listeners of both addresses.
pub(crate) struct Listeners {
    pub(super) first: TcpListener,
    pub(super) resume: TcpListener,
}

impl Addresses {
    /// Takes two free ports on loopback.
    pub(crate) async fn bind() -> io::Result<(Self, Listeners)> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let resume = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addresses = Self {
            first: first.local_addr()?.port(),
            resume: resume.local_addr()?.port(),
            door: watch::Sender::default(),
        };
        Ok((addresses, Listeners { first, resume }))
    }

    /// What `GET /gateway` names.
    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.first)
    }

    /// What READY names as `resume_gateway_url`.
    pub(crate) fn resume_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.resume)
    }
}
