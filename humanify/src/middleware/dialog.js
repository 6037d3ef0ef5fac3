// Sends requests as `fetch` does. If they are challenged, a visitor solves one challenge for all
// in a dialog, and they are sent again.
const solved = new URL("solved", import.meta.url);
let dialog = null;

export const labels = { close: "Close" };

export async function ask(input, init) {
    const request = new Request(input, init);
    for (let turn = 0; ; turn += 1) {
        // The challenge returns to the referrer.
        const back = { referrer: solved.href, referrerPolicy: "same-origin" };
        const response = await fetch(request.clone(), back);
        const challenge = turn < 2 && await challengeOf(response);
        if (!challenge || !await (dialog ??= show(challenge).finally(() => dialog = null))) {
            return response;
        }
    }
}

async function challengeOf(response) {
    if (!response.headers.get("content-type")?.startsWith("application/problem+json")) {
        return null;
    }
    const { challenge } = await response.clone().json();
    const address = challenge && new URL(challenge, response.url);
    return address?.origin === location.origin ? address : null;
}

const make = (tag, style, more) => Object.assign(document.createElement(tag), { style, ...more });

function show(challenge) {
    const box = make("dialog", "width: 32rem; height: 40rem; padding: 0; border: 0");
    const frame = make("iframe", "width: 100%; height: 99%; border: 0", { src: challenge });
    const close = make("button", "position: absolute; top: 0; inset-inline-end: 0; padding: .75rem", {
        textContent: "\u00d7", ariaLabel: labels.close, onclick: () => box.close(),
    });
    let isSolved = false;
    frame.onload = () => {
        frame.title = frame.contentDocument?.title;
        isSolved = frame.contentWindow.location.pathname === solved.pathname;
        isSolved && box.close();
    };
    box.append(frame, close);
    document.body.append(box);
    box.showModal();
    return new Promise((done) => box.onclose = () => {
        box.remove();
        done(isSolved);
    });
}
