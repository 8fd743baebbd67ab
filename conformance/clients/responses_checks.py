"""The unmodified client openai over responses: waited for, streamed, kept, followed, counted, in the background."""

import json
import time
from typing import Annotated

import openai
import pydantic
from checks import holds, raises
from openai_checks import MODEL, PATIENCE, client

TEXT = "Set Aurora to 21 degrees"
ENDED = ("completed", "incomplete")


class Setting(pydantic.BaseModel):
    room: Annotated[str, pydantic.Field(max_length=20)]
    degrees: int


def ask(**more):
    return client.responses.create(**{"model": MODEL, "input": TEXT, "temperature": 0, "max_output_tokens": 24, **more})


def declare(checks):
    answers(checks)
    kept(checks)
    counted(checks)
    background(checks)
    failures(checks)


def answers(checks):
    @checks.add("openai", "responses.create")
    def whole():
        """has text, a status and usage that adds up"""
        response = ask()
        usage = response.usage
        holds("Aurora" in response.output_text and response.status in ENDED, response)
        holds(usage.input_tokens + usage.output_tokens == usage.total_tokens, usage)

    @checks.add("openai", "responses.create stream")
    def streamed():
        """numbers its events without a gap, and its deltas are the text of the last"""
        events = list(ask(stream=True))
        holds([event.sequence_number for event in events] == list(range(len(events))), events)
        holds(events[0].type == "response.created", events[0])
        said = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        holds(said == events[-1].response.output_text == ask().output_text, said)

    @checks.add("openai", "responses.stream")
    def accumulated():
        """accumulates to the response"""
        with client.responses.stream(model=MODEL, input=TEXT, temperature=0, max_output_tokens=64) as stream:
            for _ in stream:
                pass
            response = stream.get_final_response()
        holds(response.output_text == ask(max_output_tokens=64).output_text, response)

    @checks.add("openai", "responses.parse")
    def parsed():
        """is an object of the class that was asked for"""
        response = client.responses.parse(model=MODEL, input=TEXT, text_format=Setting, max_output_tokens=200)
        holds(isinstance(response.output_parsed, Setting), response)


def kept(checks):
    @checks.add("openai", "responses.retrieve, input_items, delete")
    def remembered():
        """is kept with what its model read, until it is forgotten"""
        response = ask(metadata={"room": "Aurora"})
        holds(client.responses.retrieve(response.id).metadata == {"room": "Aurora"}, response)
        items = list(client.responses.input_items.list(response.id))
        holds(items[0].content[0].text == TEXT, items)
        client.responses.delete(response.id)
        raises(openai.NotFoundError, lambda: client.responses.retrieve(response.id))

    @checks.add("openai", "responses.create follows another")
    def followed():
        """reads what was said before"""
        first = ask()
        second = ask(input="And Borealis?", previous_response_id=first.id)
        holds(second.usage.input_tokens > first.usage.input_tokens + first.usage.output_tokens, second)
        holds(len(list(client.responses.input_items.list(second.id))) == 3, second)

    @checks.add("openai", "responses.create store=False")
    def not_kept():
        """is not kept"""
        response = ask(store=False)
        raises(openai.NotFoundError, lambda: client.responses.retrieve(response.id))


def counted(checks):
    @checks.add("openai", "responses.input_tokens.count")
    def as_charged():
        """is what the response is then charged for"""
        for asked in ({}, {"instructions": "Be brief."}, {"input": [{"role": "user", "content": "hi"}]}):
            count = client.responses.input_tokens.count(**{"model": MODEL, "input": TEXT, **asked}).input_tokens
            holds(count == ask(**asked).usage.input_tokens, (asked, count))


def background(checks):
    @checks.add("openai", "responses.create background")
    def polled():
        """is queued, and ends by itself"""
        response = ask(background=True)
        holds(response.status == "queued", response)
        until = time.monotonic() + PATIENCE
        while response.status in ("queued", "in_progress") and time.monotonic() < until:
            time.sleep(0.2)
            response = client.responses.retrieve(response.id)
        holds(response.status in ENDED and "Aurora" in response.output_text, response)

    @checks.add("openai", "responses.retrieve stream")
    def resumed():
        """tells the rest after any event"""
        response = ask(background=True)
        events = [json.loads(event.to_json()) for event in client.responses.retrieve(response.id, stream=True)]
        rest = list(client.responses.retrieve(response.id, stream=True, starting_after=3))
        holds([event.sequence_number for event in rest] == [event["sequence_number"] for event in events][4:], rest)

    @checks.add("openai", "responses.cancel")
    def cancelled():
        """ends, and says so unless it was done before"""
        response = ask(background=True, max_output_tokens=400)
        holds(client.responses.cancel(response.id).status in ("cancelled", *ENDED), response)


def failures(checks):
    @checks.add("openai", "responses errors")
    def classes():
        """raise the client's own classes"""
        raises(openai.NotFoundError, lambda: ask(model="none"))
        raises(openai.NotFoundError, lambda: ask(previous_response_id="resp_none"))
        raises(openai.BadRequestError, lambda: ask(temperature=9))
        raises(openai.BadRequestError, lambda: ask(tools=[{"type": "web_search"}]))
