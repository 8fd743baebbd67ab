// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/building} and {@code POST /v1/building/commands}. */
final class BuildingRoute implements ApiRoute {

    private static final String PATH = "/v1/building";
    private static final String COMMANDS = PATH + "/commands";
    private static final int LARGEST = 4_096;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Buildings buildings;
    private final JsonMapper json;
    private final Clock clock;

    BuildingRoute(Buildings buildings, JsonMapper json, Clock clock) {
        this.buildings = buildings;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH) || path.equals(COMMANDS);
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return Set.of(path.equals(PATH) ? HttpMethod.GET : HttpMethod.POST);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Building building = buildings.of(Passage.of(exchange).caller());
        if (exchange.getRequest().getMethod() == HttpMethod.GET) {
            return write(exchange, state(building));
        }
        return JsonBody.of(exchange.getRequest(), LARGEST, PATIENCE)
                .map(this::tree)
                .map(body -> outcome(building, body))
                .flatMap(outcome -> write(exchange, told(outcome)));
    }

    private JsonNode tree(byte[] body) {
        try {
            JsonNode node = json.readTree(body);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            // Refused below.
        }
        throw new ProblemException(Problem.of(
                ProblemCode.INVALID_JSON, "The body must be a JSON object, such as {\"confirm\": \"123456\"}."));
    }

    private static Outcome outcome(Building building, JsonNode body) {
        JsonNode code = body.path("confirm");
        if (code.isString()) {
            return building.confirm(code.asString());
        }
        String word = body.path("command").asString("");
        Command.What what = Arrays.stream(Command.What.values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() -> invalid(
                        "command",
                        "'command' must be one of "
                                + Arrays.stream(Command.What.values())
                                        .map(Command.What::word)
                                        .collect(Collectors.joining(", "))
                                + "."));
        JsonNode text = body.path("text");
        try {
            return building.ask(new Command(
                    what,
                    body.path("where").asString(""),
                    body.path("value").asDouble(0),
                    text.isString() ? text.asString() : null));
        } catch (IllegalArgumentException e) {
            throw invalid("command", String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode told(Outcome outcome) {
        ObjectNode told = json.createObjectNode().put("object", "building.outcome");
        return switch (outcome) {
            case Outcome.Done done -> told.put("status", "done").put("text", done.text());
            case Outcome.ToConfirm asked ->
                told.put("status", "to_confirm").put("code", asked.code()).put("text", asked.text());
            case Outcome.Refused refused -> told.put("status", "refused").put("text", refused.text());
        };
    }

    private ObjectNode state(Building building) {
        Instant now = clock.instant();
        ObjectNode state = json.createObjectNode().put("object", "building");
        ObjectNode rooms = state.putObject("rooms");
        building.rooms()
                .forEach((name, room) -> rooms.putObject(name)
                        .put("temperature", Math.round(room.temperatureAt(now) * 10) / 10.0)
                        .put("target", room.target())
                        .put("light", room.light())
                        .put("color", room.color())
                        .put("blinds_open", room.blindsOpen()));
        ObjectNode doors = state.putObject("doors");
        building.doors().forEach((name, locked) -> doors.putObject(name).put("locked", locked));
        return state;
    }

    private Mono<Void> write(ServerWebExchange exchange, ObjectNode answer) {
        return JsonAnswer.write(exchange, HttpStatus.OK, json.writeValueAsBytes(answer));
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
