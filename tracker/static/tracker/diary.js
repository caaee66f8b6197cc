// The diary form on a phone: one question open at a time, the next blank one in the same place, Save last.
// Without this script (or where it fails) the form shows every question and works the same.
"use strict";

const form = document.getElementById("diary-form");
const questions = [...form.querySelectorAll(".q")];
const save = document.getElementById("save");
const say = document.getElementById("say");
const note = form.elements.note;
const amount = form.elements.dose_mg;
const draft = new Draft(form.dataset);

const NOT_IN_A_DRAFT = ["csrfmiddlewaretoken", "form_token", "version", "dose_confirmed"];
const SENDING_LASTS = 10_000; // ms: after a save that was stopped on its way, Save works again
const ANSWERS_WITHIN = 5_000; // ms: a server that takes longer counts as out of reach
const TEN_WITHIN = 1_000; // ms between the keys 1 and 0

let byPointer = false; // the last thing used: a finger or mouse, not the keyboard
let asTheyCame = ""; // the answers as the page brought them
let lastKey = { key: "", at: 0 };

// Reading the answers

function chosen(question) {
  return question.querySelector(`[name="${question.dataset.name}"]:checked`);
}

function doseWords(choice) {
  const typed = amount.value.trim();
  return choice.value === "taken" && typed ? `${typed.replace(/\s*mg$/i, "")} mg` : choice.dataset.says;
}

// The words of a question's answer; empty where it is blank.
function answer(question) {
  if (question.dataset.name === "note") return saysMore(question) ? "written" : "";
  const choice = chosen(question);
  if (!choice || choice.value === "") return "";
  return choice.dataset.says ? doseWords(choice) : choice.value;
}

// A note, a side effect or a ticked medicine.
function saysMore(question) {
  return note.value.trim() !== "" || question.querySelector("[type=checkbox]:checked") !== null;
}

function answers() {
  return [...new FormData(form)].filter(([name]) => !NOT_IN_A_DRAFT.includes(name));
}

function isChanged() {
  return JSON.stringify(answers()) !== asTheyCame;
}

function isSaved() {
  return "saved" in form.dataset && !isChanged();
}

// Showing the answers

function showAnswer(question) {
  const words = answer(question);
  const chip = question.querySelector(".val");
  chip.classList.toggle("set", words !== "");
  chip.classList.toggle("blank", words === "");
  chip.classList.toggle("is-words", words.length > 2);
  if (question.dataset.name === "note") chip.hidden = words === "";
  else chip.textContent = words || "blank";
}

function showSave() {
  const isReady = !isSaved() && questions.some(answer);
  save.classList.toggle("btn-primary", isReady);
  save.classList.toggle("btn-outline-primary", !isReady);
  form.classList.toggle("is-resting", isSaved() && !form.querySelector(".is-open"));
}

function show() {
  questions.forEach(showAnswer);
  showSave();
}

// Opening questions

function openQuestion(question) {
  questions.forEach((each) => {
    each.classList.toggle("is-open", each === question);
    each.querySelector(".q-open").setAttribute("aria-expanded", String(each === question));
  });
  form.classList.toggle("is-asking", Boolean(question) && question.dataset.name !== "note");
  showSave();
}

function label(question) {
  return question.querySelector(".q-open").textContent.trim();
}

function isUntouched(question) {
  return question.dataset.name !== "note" && !chosen(question);
}

// After a tap the next blank question takes the place of this one; focus stays where it is.
function moveOn(question) {
  const next = questions.slice(questions.indexOf(question) + 1).find(isUntouched);
  openQuestion(next);
  const did = answer(question) ? "noted" : "left blank";
  say.textContent = `${label(question)} ${did}. ${next ? `Next: ${label(next)}` : "Save is at the foot."}`;
}

function firstToOpen() {
  const wrong = questions.find((question) => question.querySelector(".field-error"));
  if (wrong || isSaved()) return wrong;
  return questions.find(isUntouched);
}

// What an answer does

function empty(part) {
  part.querySelectorAll("input:not([type=hidden]), select").forEach((input) => {
    if (input.type === "radio" || input.type === "checkbox") input.checked = input.name === "dose_unit" && input.value === "mg";
    else input.value = "";
  });
}

// An amount belongs to "A different dose" alone, a reason to "Did not take it": nothing hidden is sent.
function emptyOtherParts(choice) {
  if (choice.value !== "taken") form.querySelectorAll(".when-taken, .also-taken").forEach(empty);
  if (choice.value !== "skipped") empty(form.querySelector(".when-skipped"));
}

function tapped(choice) {
  if (choice.closest(".q-note") || /^dose_(timing|unit)/.test(choice.name) || choice.value === "skipped") return;
  if (choice.value === "taken") amount.focus();
  else moveOn(choice.closest(".q"));
}

// "None today" and "Same as yesterday" stand alone: each clears the rest, and is cleared by it.
function settleEffects(field) {
  const lone = field.name === "effects_none" || field.name === "effects_same";
  if (!field.checked || !(lone || field.name.startsWith("has_"))) return;
  form.querySelectorAll('[name^="effects_"], [name^="has_"], [name^="effect_"][type=radio]').forEach((other) => {
    const isOwn = other === field || (!lone && /^(has|effect)_/.test(other.name));
    if (!isOwn) other.checked = false;
  });
}

function changed(field) {
  settleEffects(field);
  if (field.name === "dose_status") emptyOtherParts(field);
  if (field === amount && form.elements.dose_confirmed) form.elements.dose_confirmed.checked = false;
  if (field === note) countNote();
  show();
  keepDraft();
}

// Speaks only near the end: at each key it would drown out the typing.
function countNote() {
  const counter = document.getElementById("note_count");
  const most = Number(counter.dataset.most);
  const length = [...note.value].length;
  const words = `${length.toLocaleString("en-GB")} of ${most.toLocaleString("en-GB")} characters`;
  const over = length > most ? `: ${length - most} too many` : "";
  counter.textContent = length > most * 0.9 ? words + over : "";
}

// Digits choose; 1 and then 0 is 10, never 0.
function chooseByKey(event) {
  const question = event.target.closest(".q");
  if (!/^\d$/.test(event.key) || !question?.querySelector(".pad") || event.ctrlKey || event.metaKey || event.altKey) return;
  const isTen = event.key === "0" && lastKey.key === "1" && event.timeStamp - lastKey.at < TEN_WITHIN;
  lastKey = { key: event.key, at: event.timeStamp };
  const choice = question.querySelector(`.pad [value="${isTen ? 10 : event.key}"]`);
  choice.checked = true;
  if (event.target.type === "radio") choice.focus();
  changed(choice);
}

// From the list of faults to the field
function goTo(id) {
  const target = document.getElementById(id);
  openQuestion(target.closest(".q"));
  (target.matches("fieldset") ? target.querySelector("input") : target).focus();
}

// The draft

function isWorthKeeping() {
  if ("typed" in form.dataset) return true;
  return isChanged() && ("saved" in form.dataset || questions.some(answer));
}

function keepDraft() {
  if (!isWorthKeeping()) return draft.forget();
  return draft.keep({ version: form.elements.version.value, answers: answers() });
}

// "Took 3.0 mg" stays what it said: where the offer has changed since, the dose is left blank.
function withoutOldOffer(kept) {
  const offer = (pairs) => JSON.stringify(pairs.filter(([name]) => /^(usual|yesterday)_/.test(name)));
  if (offer(kept) === offer(answers())) return kept;
  return kept.filter(([name, value]) => name !== "dose_status" || !["usual", "yesterday"].includes(value));
}

function fill(kept) {
  for (const field of form.elements) {
    const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.matches("[type=text], textarea, select")) field.value = values[0] ?? "";
  }
}

async function restoreDraft() {
  const kept = await draft.take();
  if (!kept || isChanged()) return; // already being answered: those taps are newer
  const isOlder = kept.version !== form.elements.version.value;
  if (isOlder && location.hash === "#saved") return draft.forget(); // that save was of this draft
  fill(withoutOldOffer(kept.answers));
  if (!isChanged()) return draft.forget(); // nothing new in it
  form.elements.version.value = kept.version; // saved by another phone meanwhile: Save shows both
  tell("kept");
  show();
  openQuestion(firstToOpen());
}

// Sending

function tell(...when) {
  const unsaved = document.getElementById("unsaved");
  unsaved.querySelectorAll("[data-when]").forEach((words) => (words.hidden = !when.includes(words.dataset.when)));
  unsaved.hidden = false;
  say.textContent = unsaved.innerText;
}

function showSending(isSending) {
  save.textContent = isSending ? "Saving…" : "Save";
  save.setAttribute("aria-disabled", String(isSending));
}

function isSending() {
  return save.getAttribute("aria-disabled") === "true";
}

// A browser that says "offline" may still reach a server on its own machine: ask before believing it.
async function isReachable() {
  const ask = { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(ANSWERS_WITHIN) };
  return fetch(form.action, ask).then(() => true, () => false);
}

async function sendOrStay() {
  if (await isReachable()) return form.submit();
  const isKept = await keepDraft();
  showSending(false);
  save.textContent = "Try again";
  tell("offline", isKept ? "kept" : "not-kept");
}

function submitted(event) {
  if (isSending()) return event.preventDefault();
  showSending(true);
  if (navigator.onLine) return setTimeout(showSending, SENDING_LASTS, false);
  event.preventDefault();
  return sendOrStay();
}

function begin() {
  asTheyCame = JSON.stringify(answers());
  form.classList.add("is-live");
  document.addEventListener("pointerdown", () => (byPointer = true), true);
  document.addEventListener("keydown", () => (byPointer = false), true);
  form.addEventListener("input", (event) => changed(event.target));
  form.addEventListener("keydown", chooseByKey);
  form.addEventListener("submit", submitted);
  form.addEventListener("click", ({ target }) => {
    if (target.type === "radio" && byPointer) tapped(target);
    if (!target.matches(".q-open")) return;
    openQuestion(target.closest(".q"));
  });
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches(".q-open") && !byPointer) openQuestion(target.closest(".q"));
  });
  document.querySelectorAll("#errors a").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(link.hash.slice(1));
    }),
  );
  show();
  openQuestion(firstToOpen());
  draft.tidy();
  if (!("typed" in form.dataset)) restoreDraft();
}

begin();
