"""The unmodified client openai over every endpoint that it has and that Rivulet serves."""

import asyncio
import json
import os
import pathlib
import time
from typing import Annotated

import openai
import pydantic
from checks import Missing, holds, raises

MODEL = os.environ.get("RIVULET_MODEL", "rivulet-assistant")
BASE = os.environ["RIVULET_URL"] + "/v1"
KEY = os.environ["RIVULET_API_KEY"]
ASKED = [{"role": "user", "content": "Set Aurora to 21 degrees"}]
PATIENCE = 240
ROUNDING = 1e-6
SOUNDS = pathlib.Path(__file__).resolve().parents[2] / "libs/audio-input/src/test/resources/audio"

client = openai.OpenAI(base_url=BASE, api_key=KEY, max_retries=0, timeout=120)


def chat(**more):
    return client.chat.completions.create(**{"model": MODEL, "messages": ASKED, "temperature": 0, "max_tokens": 24, **more})


class Setting(pydantic.BaseModel):
    room: Annotated[str, pydantic.Field(max_length=20)]
    degrees: int


def declare(checks):
    models(checks)
    chats(checks)
    answers_held_to_a_form(checks)
    texts(checks)
    vectors(checks)
    recordings(checks)
    files(checks)
    batches(checks)
    failures(checks)


def models(checks):
    @checks.add("openai", "models.list")
    def listed():
        """names the model"""
        holds(MODEL in [one.id for one in client.models.list()], MODEL)

    @checks.add("openai", "models.retrieve")
    def retrieved():
        """knows it, and not another"""
        holds(client.models.retrieve(MODEL).object == "model", MODEL)
        holds(raises(openai.NotFoundError, lambda: client.models.retrieve("none")).code == "model_not_found", "code")


def chats(checks):
    @checks.add("openai", "chat.completions.create")
    def whole():
        """has text, finish_reason and usage that adds up"""
        answer = chat()
        usage = answer.usage
        holds("Aurora" in answer.choices[0].message.content, answer)
        holds(answer.choices[0].finish_reason in ("stop", "length"), answer)
        holds(usage.prompt_tokens + usage.completion_tokens == usage.total_tokens, usage)
        holds(answer._request_id, "request id")

    @checks.add("openai", "chat.completions.create stream")
    def streamed():
        """says the same as the whole answer, and its usage last"""
        chunks = list(chat(stream=True, stream_options={"include_usage": True}))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        holds(text == chat().choices[0].message.content, text)
        holds(chunks[0].choices[0].delta.role == "assistant", chunks[0])
        holds(chunks[-1].choices == [] and chunks[-1].usage.completion_tokens > 0, chunks[-1])
        holds(all(chunk.usage is None for chunk in chunks[:-1]), "usage of the others")
        holds(len({chunk.id for chunk in chunks}) == 1, "one id")

    @checks.add("openai", "chat.completions.stream")
    def helped():
        """the client's own accumulator ends with the whole answer"""
        with client.chat.completions.stream(model=MODEL, messages=ASKED, temperature=0, max_tokens=24) as stream:
            kinds = {event.type for event in stream}
            final = stream.get_final_completion()
        holds({"chunk", "content.delta", "content.done"} <= kinds, kinds)
        holds(final.choices[0].message.content == chat().choices[0].message.content, final)

    @checks.add("openai", "chat.completions.create n")
    def several():
        """three answers with their index, the same again by the seed"""
        first, again = (chat(n=3, temperature=1, seed=7) for _ in range(2))
        holds([choice.index for choice in first.choices] == [0, 1, 2], first)
        texts = [[choice.message.content for choice in answer.choices] for answer in (first, again)]
        holds(texts[0] == texts[1], texts)

    @checks.add("openai", "chat.completions.create logprobs")
    def likelihoods():
        """bytes of the tokens are the text; the greedy token is the likeliest"""
        choice = chat(logprobs=True, top_logprobs=3, max_tokens=8).choices[0]
        tokens = choice.logprobs.content
        text = b"".join(bytes(token.bytes) for token in tokens).decode(errors="ignore")
        holds(text.startswith(choice.message.content), (text, choice.message.content))
        holds(all(len(token.top_logprobs) == 3 for token in tokens), tokens)
        for token in tokens:
            likeliest = max(one.logprob for one in token.top_logprobs)
            holds(abs(token.logprob - likeliest) < ROUNDING, token)

    @checks.add("openai", "chat.completions.create stop")
    def stopped():
        """ends before the stop string, and by length where it must"""
        holds("Aurora" not in chat(stop=["Aurora"]).choices[0].message.content, "stop")
        short = chat(max_completion_tokens=2, max_tokens=openai.omit)
        holds(short.choices[0].finish_reason == "length" and short.usage.completion_tokens == 2, short)

    @checks.add("openai", "chat.completions.create async")
    def side_by_side():
        """eight streams at once on the asynchronous client"""

        async def one(asynchronous):
            stream = await asynchronous.chat.completions.create(
                model=MODEL, messages=ASKED, temperature=0, max_tokens=24, stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

        async def all_of_them():
            async with openai.AsyncOpenAI(base_url=BASE, api_key=KEY, max_retries=0, timeout=120) as asynchronous:
                return await asyncio.gather(*(one(asynchronous) for _ in range(8)))

        texts = asyncio.run(all_of_them())
        holds(len(set(texts)) == 1 and texts[0], texts)

    @checks.add("openai", "chat.completions with_raw_response")
    def raw():
        """the headers are there for who wants them"""
        answer = client.chat.completions.with_raw_response.create(model=MODEL, messages=ASKED, max_tokens=4)
        holds(answer.headers["x-request-id"] and "server-timing" in answer.headers, dict(answer.headers))
        holds(answer.parse().object == "chat.completion", answer)

    @checks.add("openai", "chat.completions.create abandoned")
    def abandoned():
        """a stream that is closed early leaves the client usable"""
        stream = chat(stream=True, max_tokens=200)
        next(iter(stream))
        stream.close()
        holds(chat(max_tokens=2).usage.completion_tokens == 2, "after")


def answers_held_to_a_form(checks):
    @checks.add("openai", "chat.completions.parse")
    def parsed():
        """a pydantic model comes back, by response_format json_schema"""
        answer = client.chat.completions.parse(
            model=MODEL, messages=ASKED, temperature=0, max_tokens=96, response_format=Setting)
        holds(isinstance(answer.choices[0].message.parsed, Setting), answer)

    @checks.add("openai", "chat.completions json_object")
    def any_object():
        """is a JSON object, or says that it was cut off"""
        choice = chat(response_format={"type": "json_object"}, max_tokens=200).choices[0]
        holds(choice.finish_reason == "length" or isinstance(json.loads(choice.message.content), dict), choice)

    @checks.add("openai", "chat.completions tools")
    def tools():
        """called with arguments that validate, or refused by name where the model's template knows none"""
        tool = openai.pydantic_function_tool(Setting)
        try:
            choice = chat(tools=[tool], tool_choice="required", max_tokens=96).choices[0]
        except openai.BadRequestError as refused:
            holds(refused.param == "tools" and refused.code == "unsupported_parameter", refused)
            return
        Setting.model_validate_json(choice.message.tool_calls[0].function.arguments)


def texts(checks):
    @checks.add("openai", "completions.create")
    def whole():
        """whole and streamed say the same"""
        asked = {"model": MODEL, "prompt": "Good morning", "max_tokens": 8, "temperature": 0}
        answer = client.completions.create(**asked)
        chunks = list(client.completions.create(**asked, stream=True))
        holds(answer.object == "text_completion" and answer.usage.completion_tokens <= 8, answer)
        holds("".join(chunk.choices[0].text for chunk in chunks if chunk.choices) == answer.choices[0].text, chunks)

    @checks.add("openai", "completions.create logprobs")
    def likelihoods():
        """in the older form, a list of each"""
        logprobs = client.completions.create(
            model=MODEL, prompt="Good", max_tokens=3, temperature=0, logprobs=2).choices[0].logprobs
        holds(len(logprobs.tokens) == len(logprobs.token_logprobs) == len(logprobs.top_logprobs), logprobs)


def recordings(checks):
    def scribe():
        for one in client.models.list():
            if "TRANSCRIPTION" in (one.model_extra or {}).get("capabilities", []):
                return one.id
        raise Missing("no model that writes down speech is registered; README.md names one")

    def ask(create=client.audio.transcriptions.create, name="glide.wav", **more):
        with open(SOUNDS / name, "rb") as file:
            return create(model=scribe(), file=file, **more)

    @checks.add("openai", "audio.transcriptions.create")
    def whole():
        """has the same text as json, verbose_json and text"""
        text = ask(language="en").text
        verbose = ask(language="en", response_format="verbose_json", timestamp_granularities=["segment"])
        holds(text and verbose.text == text, verbose)
        holds("".join(one.text for one in verbose.segments).strip() == text, verbose.segments)
        holds(verbose.segments[0].end >= verbose.segments[0].start >= 0, verbose.segments)
        holds(ask(language="en", response_format="text") == text + "\n", text)

    @checks.add("openai", "audio.transcriptions.create subtitles")
    def subtitles():
        """srt and vtt have times"""
        holds(" --> " in ask(language="en", response_format="srt"), "srt")
        holds(ask(language="en", response_format="vtt").startswith("WEBVTT"), "vtt")

    @checks.add("openai", "audio.transcriptions.create stream")
    def streamed():
        """tells of segments, and of the whole text last"""
        events = list(ask(language="en", stream=True))
        holds(events[0].type == "transcript.text.delta", events[0])
        holds(events[-1].type == "transcript.text.done" and events[-1].text == ask(language="en").text, events[-1])

    @checks.add("openai", "audio.transcriptions.create kinds")
    def kinds():
        """takes FLAC, Ogg Vorbis, Ogg Opus and MP3"""
        for name in ("s24-16000.flac", "vorbis-16000.ogg", "opus-16000.opus", "mp3-16000.mp3"):
            holds(ask(name=name, language="en").text, name)

    @checks.add("openai", "audio.translations.create")
    def translated():
        """is English"""
        holds(ask(client.audio.translations.create, response_format="verbose_json").language == "english", "language")

    @checks.add("openai", "audio.transcriptions.create refused")
    def refused():
        """what is no audio, and a form that is not known, by their fields"""
        holds(raises(openai.BadRequestError, lambda: ask(name="glide-80-alone.f32")).param == "file", "file")
        holds(raises(openai.BadRequestError, lambda: ask(response_format="docx")).param == "response_format", "format")


def vectors(checks):
    def embedder():
        for one in client.models.list():
            if "EMBEDDINGS" in (one.model_extra or {}).get("capabilities", []):
                return one.id
        raise Missing("no model of embeddings is registered; README.md names one")

    @checks.add("openai", "embeddings.create")
    def embedded():
        """base64, which the client asks for, and numbers are the same vectors"""
        model = embedder()
        asked = {"model": model, "input": ["the lamp", "the door"]}
        packed = client.embeddings.create(**asked)
        plain = client.embeddings.create(**asked, encoding_format="float")
        holds([one.index for one in packed.data] == [0, 1], packed)
        differences = [abs(a - b) for a, b in zip(packed.data[1].embedding, plain.data[1].embedding)]
        holds(len(differences) > 8 and max(differences) < 1e-6, differences)
        holds(packed.usage.total_tokens > 0, packed.usage)

    @checks.add("openai", "embeddings.create refused")
    def refused():
        """a model that makes none says what it does"""
        holds(raises(openai.BadRequestError, lambda: client.embeddings.create(model=MODEL, input="x")).param == "model",
              "param")


def uploaded(lines):
    content = "\n".join(json.dumps(line) for line in lines).encode()
    return client.files.create(file=("requests.jsonl", content), purpose="batch"), content


def line(name, **body):
    return {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": {"model": MODEL, **body}}


def files(checks):
    @checks.add("openai", "files")
    def kept():
        """create, retrieve, content, list, delete, and not found after it"""
        file, content = uploaded([line("one", messages=ASKED)])
        holds(client.files.retrieve(file.id).bytes == len(content), file)
        holds(client.files.content(file.id).read() == content, "content")
        holds(file.id in [one.id for one in client.files.list(purpose="batch")], "list")
        holds(client.files.delete(file.id).deleted, "deleted")
        raises(openai.NotFoundError, lambda: client.files.retrieve(file.id))


def batches(checks):
    @checks.add("openai", "batches")
    def run():
        """create, retrieve until it has ended, list, and the files of answers and of errors"""
        file, _ = uploaded([line("one", messages=ASKED, max_tokens=8), line("two", messages=5)])
        batch = client.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"from": "python"})
        until = time.monotonic() + PATIENCE
        while batch.status not in ("completed", "failed", "expired", "cancelled") and time.monotonic() < until:
            time.sleep(0.5)
            batch = client.batches.retrieve(batch.id)
        holds(batch.status == "completed" and batch.request_counts.completed == 1, batch)
        holds(batch.id in [one.id for one in client.batches.list()], "list")
        answer = json.loads(client.files.content(batch.output_file_id).text)
        holds(answer["custom_id"] == "one" and answer["response"]["status_code"] == 200, answer)
        failure = json.loads(client.files.content(batch.error_file_id).text)
        holds(failure["custom_id"] == "two", failure)

    @checks.add("openai", "batches.cancel")
    def cancelled():
        """a batch that runs ends as cancelled"""
        file, _ = uploaded([line(f"line-{i}", messages=ASKED, max_tokens=400) for i in range(40)])
        batch = client.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
        batch = client.batches.cancel(batch.id)
        until = time.monotonic() + PATIENCE
        while batch.status == "cancelling" and time.monotonic() < until:
            time.sleep(0.5)
            batch = client.batches.retrieve(batch.id)
        holds(batch.status == "cancelled", batch)


def failures(checks):
    @checks.add("openai", "errors")
    def named():
        """each has its class, its code and its request id"""
        missing = raises(openai.NotFoundError, lambda: chat(model="none"))
        holds(missing.code == "model_not_found" and missing.param == "model" and missing.request_id, missing)
        wrong = raises(openai.BadRequestError, lambda: chat(temperature=9))
        holds(wrong.param == "temperature" and wrong.type == "invalid_request_error", wrong)
        stranger = openai.OpenAI(base_url=BASE, api_key="wrong", max_retries=0)
        holds(raises(openai.AuthenticationError, stranger.models.list).code == "invalid_api_key", "code")

    @checks.add("openai", "images, audio, moderations")
    def not_served():
        """what is not served is not found, in the same form"""
        for call in (
            lambda: client.images.generate(model=MODEL, prompt="a lamp"),
            lambda: client.audio.speech.create(model=MODEL, voice="alloy", input="hello"),
            lambda: client.moderations.create(input="hello"),
        ):
            holds(raises(openai.NotFoundError, call).code == "not_found", "code")
