//! How often the bot asks Discord: never more than it may, the urgent before the rest, and nothing is lost.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use greenroom::internals::{ApiError, CallPriority, ChannelId, Discord, ErrorKind, Message};
use sandbox::faults::Fault;
use sandbox::{Limits, Options, Rate, Sandbox, Traffic};

use crate::harness::{Greenroom, monday};

/// What Discord allows everybody.
const PER_SECOND: u32 = 50;
const POSTS: &str = "POST /channels/:id/messages";

/// A simulated Discord in which no bucket is ever used up.
async fn wide_open() -> Sandbox {
    let plenty = Rate {
        count: 100_000,
        per: Duration::from_secs(1),
    };
    let options = Options {
        limits: Limits {
            messages: plenty,
            others: plenty,
            ..Limits::default()
        },
        ..Options::calm()
    };
    Sandbox::start(options).await.unwrap()
}

fn client(sandbox: &Sandbox, per_second: u32) -> Discord {
    let per_second = NonZeroU32::new(per_second).unwrap();
    Discord::new(&sandbox.api_base(), sandbox.token().into(), per_second).unwrap()
}

fn channel(sandbox: &Sandbox, name: &str) -> ChannelId {
    ChannelId(sandbox.channel_id(name).cast_signed())
}

/// Posts a numbered message; the number is its nonce, too.
async fn post(discord: &Discord, channel: ChannelId, number: usize) -> Result<(), ApiError> {
    let text = Message::note(format!("Number {number}.")).components;
    let message = Message::public(text);
    discord.post(channel, &message, &number.to_string()).await?;
    Ok(())
}

fn traffic(sandbox: &Sandbox) -> Traffic {
    sandbox.traffic().get(POSTS).copied().unwrap_or_default()
}

/// What was posted, in its order.
fn posted(sandbox: &Sandbox) -> Vec<String> {
    let calls = sandbox.calls().into_iter();
    let posts = calls.filter(|call| call.method == "POST" && call.status == 200);
    posts
        .map(|call| call.body["nonce"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_posts_at_once_stay_below_fifty_a_second_and_all_arrive() {
    const WANTED: usize = 200;
    let sandbox = wide_open().await;
    let discord = client(&sandbox, PER_SECOND);
    let daily = channel(&sandbox, "#daily");
    let posts = join_all((0..WANTED).map(|number| post(&discord, daily, number))).await;
    for result in posts {
        result.unwrap();
    }
    let Traffic { requests, too_often } = traffic(&sandbox);
    println!("{requests} requests, {too_often} of them too many");
    // Without a pace it is every fourth. What a busy machine bunches on the wire is no fault of the pace; that it is less
    // than one in a hundred over minutes is measured by the morning's bench.
    assert!(
        too_often * 20 <= requests,
        "{too_often} of {requests} were too many"
    );
    let mut arrived = posted(&sandbox);
    arrived.sort();
    arrived.dedup();
    assert_eq!(arrived.len(), WANTED);
    sandbox.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_used_up_is_left_alone_until_it_is_new() {
    const WANTED: usize = 12;
    let sandbox = wide_open().await;
    sandbox.set_limits(Limits {
        messages: Rate {
            count: 5,
            per: Duration::from_millis(400),
        },
        ..Limits::default()
    });
    let discord = client(&sandbox, 1_000);
    let channels = ["#daily", "#quiz"].map(|name| channel(&sandbox, name));
    let posts = (0..2 * WANTED).map(|number| post(&discord, channels[number % 2], number));
    for result in join_all(posts).await {
        result.unwrap();
    }
    assert_eq!(
        traffic(&sandbox),
        Traffic {
            requests: 2 * WANTED as u64,
            too_often: 0
        }
    );
    sandbox.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_urgent_is_sent_before_what_has_waited_longer() {
    let sandbox = wide_open().await;
    let discord = client(&sandbox, 10);
    let daily = channel(&sandbox, "#daily");
    // Learns the bucket, and takes the slot there is.
    post(&discord, daily, 0).await.unwrap();
    let count = discord.at(CallPriority::Count);
    let waiting: Vec<_> = (1..=8)
        .map(|number| {
            let count = count.clone();
            tokio::spawn(async move { post(&count, daily, number).await })
        })
        .collect();
    // All of them wait, or the first few have gone, before somebody hurries.
    let began = |sandbox: &Sandbox| traffic(sandbox).requests >= 2;
    sandbox.wait_until("the queue to move", began).await.unwrap();
    post(&discord.at(CallPriority::Discussion), daily, 101)
        .await
        .unwrap();
    let (live, question) = (discord.at(CallPriority::Live), discord.clone());
    let (one, other) = tokio::join!(post(&question, daily, 102), post(&live, daily, 103));
    one.unwrap();
    other.unwrap();
    for result in join_all(waiting).await {
        result.unwrap().unwrap();
    }
    let order = posted(&sandbox);
    let place = |nonce: &str| order.iter().position(|other| other == nonce).unwrap();
    let counts_after = |nonce| {
        order[place(nonce)..]
            .iter()
            .filter(|nonce| nonce.len() == 1)
            .count()
    };
    assert!(place("103") < place("102"), "{order:?}");
    assert!(counts_after("101") >= 2 && counts_after("102") >= 2, "{order:?}");
    assert_eq!(order.len(), 12);
    sandbox.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_too_many_refusals_nothing_is_sent_until_they_are_old() {
    const BUDGET: usize = 6;
    let sandbox = wide_open().await;
    sandbox.set_time(monday());
    let world = sandbox.clone();
    let discord = client(&sandbox, 1_000)
        .by_clock(Arc::new(move || world.now()))
        .with_invalid_budget(BUDGET);
    let daily = channel(&sandbox, "#daily");
    let faults = sandbox.faults();
    faults.next(
        BUDGET,
        "POST",
        "/channels/*/messages",
        Fault::code(403, 50_013, "Missing Permissions"),
    );
    for number in 0..BUDGET {
        let error = post(&discord, daily, number).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
    }
    assert_eq!(sandbox.invalid_requests(), BUDGET);
    let error = post(&discord, daily, 100).await.unwrap_err();
    assert!(
        matches!(error, ApiError::Held { .. }) && matches!(error.kind(), ErrorKind::Later(_)),
        "{error}"
    );
    assert_eq!(traffic(&sandbox).requests, BUDGET as u64, "nothing was sent");
    sandbox.advance(TimeDelta::minutes(10));
    post(&discord, daily, 100).await.unwrap();
    assert_eq!(posted(&sandbox), ["100"]);
    sandbox.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_front_of_discord_delays_a_post_and_loses_none() {
    let page = Fault::html(429).header("retry-after", "1");
    let shared = Fault::body(
        429,
        r#"{"message":"The resource is being rate limited.","retry_after":0.2,"global":false}"#,
    )
    .header("x-ratelimit-scope", "shared");
    let faults = [
        ("408", Fault::Broken(408), 0),
        ("408 as a page", Fault::html(408), 0),
        ("502 as a page", Fault::html(502), 0),
        ("520 without a word", Fault::body(520, ""), 0),
        ("403 as a page", Fault::html(403), 1),
        ("429 as a page", page, 1),
        ("429 of a resource", shared, 0),
        ("200 as a page, and done", Fault::html(200).after_the_deed(), 0),
    ];
    let delayed = async |(what, fault, invalid): (&'static str, Fault, usize)| {
        let sandbox = wide_open().await;
        let discord = client(&sandbox, PER_SECOND);
        sandbox.faults().next(1, "POST", "/channels/*/messages", fault);
        let outcome = post(&discord, channel(&sandbox, "#daily"), 1).await;
        outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(traffic(&sandbox).requests, 2, "{what}");
        assert_eq!(sandbox.invalid_requests(), invalid, "{what}");
        let there = sandbox.member("Ann").messages("#daily");
        assert_eq!(there.len(), 1, "{what}");
        sandbox.finish();
    };
    join_all(faults.map(delayed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_everything_holds_every_channel() {
    let sandbox = wide_open().await;
    let discord = client(&sandbox, PER_SECOND);
    let channels = ["#daily", "#quiz"].map(|name| channel(&sandbox, name));
    let limited = Fault::RateLimited {
        retry_after: Duration::from_secs(60),
        global: true,
        with_code: false,
    };
    sandbox.faults().next(1, "POST", "/channels/*/messages", limited);
    for (number, channel) in channels.into_iter().enumerate() {
        let error = post(&discord, channel, number).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Later(after) if after > Duration::from_secs(50)));
    }
    assert_eq!(
        traffic(&sandbox),
        Traffic {
            requests: 1,
            too_often: 1
        }
    );
    sandbox.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn few_sessions_left_end_the_bot_with_a_sentence_and_are_not_spent() {
    let mut g = Greenroom::without_bot().await;
    g.sandbox
        .gateway()
        .set_session_starts(49, Duration::from_secs(3 * 3_600));
    g.start_bot_unconnected();
    insta::assert_snapshot!(g.wait_for_failure().await, @"Of the gateway sessions Discord lets this bot begin, 49 remain for the next 180 minutes. It takes the token away when all are used up, so none is begun. Find what connects again and again with this token: another program, or this one being started again and again. Then wait, and start it again.");
    assert_eq!(g.sandbox.gateway().identifies(), 0);
    // What comes back soon is waited for.
    g.sandbox.gateway().set_session_starts(49, Duration::from_secs(2));
    g.start_bot().await;
    assert_eq!(g.sandbox.gateway().identifies(), 1);
    g.finish().await;
}
