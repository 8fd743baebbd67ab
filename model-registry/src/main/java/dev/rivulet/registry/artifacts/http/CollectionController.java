// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.http;

import dev.rivulet.registry.artifacts.BlobCollector;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/artifacts/collection}: GET says what a collection would remove, POST removes it. */
@RestController
@RequestMapping("/api/artifacts/collection")
class CollectionController {

    private final BlobCollector collector;

    CollectionController(BlobCollector collector) {
        this.collector = collector;
    }

    @GetMapping
    BlobCollector.Collection preview() throws IOException {
        return collector.collect(true);
    }

    @PostMapping
    BlobCollector.Collection run() throws IOException {
        return collector.collect(false);
    }
}
