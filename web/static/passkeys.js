// A form with `data-passkey` is sent with what the device says: `create` makes a passkey, `get` shows one. What the
// device is asked stands in the element that `data-options` names, or comes from the form's own address.
for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector("[data-problem]");
    problem.hidden = true;
    try {
      const asked = await options(form);
      const credential = form.dataset.passkey === "create" ? await create(asked) : await window.webauthnJSON.get(asked);
      form.querySelector("[name=credential]").value = JSON.stringify(credential);
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}

async function options(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).request_options;
}

function create(asked) {
  // A passkey signs in by itself: it is kept on the device, which asks who is there.
  asked.publicKey.authenticatorSelection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return window.webauthnJSON.create(asked);
}
