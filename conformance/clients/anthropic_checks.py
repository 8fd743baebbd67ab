"""The unmodified client anthropic over the endpoints that it has and that Rivulet serves."""

import os

import anthropic
from checks import holds, raises

MODEL = os.environ.get("RIVULET_MODEL", "rivulet-assistant")
URL = os.environ["RIVULET_URL"]
KEY = os.environ["RIVULET_API_KEY"]
ASKED = {"model": MODEL, "messages": [{"role": "user", "content": "Set Aurora to 21 degrees"}]}
BRIEF = {**ASKED, "system": "You are Rivulet, the assistant of a building."}

# This client has no parameter for it any more.
GREEDY = {"extra_body": {"temperature": 0}}

client = anthropic.Anthropic(base_url=URL, api_key=KEY, max_retries=0, timeout=120)


def create(**more):
    return client.messages.create(**{**BRIEF, "max_tokens": 24, **GREEDY, **more})


def declare(checks):
    messages(checks)
    counts(checks)
    failures(checks)


def messages(checks):
    @checks.add("anthropic", "messages.create")
    def whole():
        """has a block of text, stop_reason and usage"""
        message = create()
        holds("Aurora" in message.content[0].text and message.stop_reason in ("end_turn", "max_tokens"), message)
        holds(message.usage.output_tokens > 0 and message._request_id, message)

    @checks.add("anthropic", "messages.create stream")
    def events():
        """begins with message_start and ends with message_stop"""
        kinds = [event.type for event in create(stream=True)]
        holds(kinds[0] == "message_start" and kinds[-1] == "message_stop", kinds)

    @checks.add("anthropic", "messages.stream")
    def helped():
        """the client's own accumulator ends with the whole message"""
        with client.messages.stream(**BRIEF, max_tokens=24, **GREEDY) as stream:
            text = "".join(stream.text_stream)
            final = stream.get_final_message()
        holds(text == create().content[0].text == final.content[0].text, (text, final))
        holds(final.usage.input_tokens + (final.usage.cache_read_input_tokens or 0) > 0, final.usage)

    @checks.add("anthropic", "messages.create async")
    async def asynchronous():
        """the asynchronous client gets the same"""
        async with anthropic.AsyncAnthropic(base_url=URL, api_key=KEY, max_retries=0, timeout=120) as other:
            message = await other.messages.create(**BRIEF, max_tokens=24, **GREEDY)
        holds(message.content[0].text == create().content[0].text, message)

    @checks.add("anthropic", "messages.create short")
    def cut_off():
        """max_tokens is told as the reason"""
        message = create(max_tokens=2)
        holds(message.stop_reason == "max_tokens" and message.usage.output_tokens == 2, message)

    @checks.add("anthropic", "messages.create tools")
    def tools():
        """called with an input, or refused where the model's template knows none"""
        tool = {"name": "dim", "input_schema": {"type": "object", "properties": {"level": {"type": "integer"}}}}
        try:
            message = create(tools=[tool], tool_choice={"type": "any"}, max_tokens=96)
        except anthropic.BadRequestError as refused:
            holds("tools" in refused.message, refused)
            return
        holds(message.content[0].type == "tool_use" and message.stop_reason == "tool_use", message)


def counts(checks):
    @checks.add("anthropic", "messages.count_tokens")
    def counted():
        """is what the answer is then charged for"""
        for asked in (ASKED, BRIEF):
            usage = client.messages.create(**asked, max_tokens=1).usage
            count = client.messages.count_tokens(**asked).input_tokens
            holds(count == usage.input_tokens + (usage.cache_read_input_tokens or 0), (count, usage))

    @checks.add("anthropic", "messages.count_tokens refused")
    def refused():
        """a model that is not there is not found"""
        raises(anthropic.NotFoundError, lambda: client.messages.count_tokens(**{**ASKED, "model": "none"}))


def failures(checks):
    @checks.add("anthropic", "models.list")
    def models():
        """names the model"""
        holds(MODEL in [one.id for one in client.models.list()], MODEL)

    @checks.add("anthropic", "errors")
    def named():
        """each has its class, its type and its request id"""
        missing = raises(anthropic.NotFoundError, lambda: create(model="none"))
        holds(missing.body["error"]["type"] == "not_found_error" and missing.request_id, missing)
        wrong = raises(anthropic.BadRequestError, lambda: create(messages=[{"role": "system", "content": "x"}]))
        holds(wrong.body["error"]["type"] == "invalid_request_error", wrong)
        stranger = anthropic.Anthropic(base_url=URL, api_key="wrong", max_retries=0)
        raises(anthropic.AuthenticationError, lambda: stranger.messages.create(**ASKED, max_tokens=1))

    @checks.add("anthropic", "messages.batches")
    def not_served():
        """what is not served is not found, in the same form"""
        raises(anthropic.NotFoundError, lambda: client.messages.batches.list())
