// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Tells the browser the figures: the last minutes in one event, then each as it comes. */
@RestController
class MetricsStream {

    private final Lookout lookout;

    MetricsStream(Lookout lookout) {
        this.lookout = lookout;
    }

    /** Each event is a list of figures, oldest first; a slow reader is given the newest and loses those between. */
    @GetMapping(path = "/api/metrics/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<List<Figures>> stream() {
        return lookout.figures().onBackpressureLatest();
    }
}
