package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import java.time.Clock;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenAI's Responses API, as far as a chat completion can carry it: text, structured output, functions and what came of them.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses">Responses</a>
 */
final class ResponsesDialect implements Dialect {

    static final String PATH = "/v1/responses";

    private final JsonMapper json;
    private final ResponseStore store;
    private final Clock clock;
    private final boolean background;

    /** @param background whether responses can be answered without their callers */
    ResponsesDialect(JsonMapper json, ResponseStore store, Clock clock, boolean background) {
        this.json = json;
        this.store = store;
        this.clock = clock;
        this.background = background;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Form of(Passage passage) {
        return new ResponsesForm(json, store, clock, background, passage);
    }
}
