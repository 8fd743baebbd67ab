// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.requests;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Tells the browser which requests ended, and the way of one. */
@RestController
class RequestStream {

    private final WayBoard board;
    private final RequestSettings settings;

    RequestStream(WayBoard board, RequestSettings settings) {
        this.board = board;
        this.settings = settings;
    }

    @GetMapping("/api/requests/{request}")
    Way way(@PathVariable String request) {
        return board.get(request)
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.NOT_FOUND,
                        "request",
                        "No replica told of a request of this id among the last " + settings.remembered()
                                + " since the console started. Its lines are in the logs of the services: "
                                + "`./rivulet logs gateway-service`, under request_id.")));
    }

    /** The newest at every interval; a slow reader gets fewer. */
    @GetMapping(path = "/api/requests/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<List<Way>> stream() {
        return Flux.interval(Duration.ZERO, settings.interval())
                .onBackpressureDrop()
                .map(tick -> board.newest(settings.listed()));
    }
}
