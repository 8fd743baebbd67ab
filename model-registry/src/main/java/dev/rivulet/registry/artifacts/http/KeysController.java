// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.BlobStore;
import java.io.IOException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/artifacts/keys/rotation}: reads the file of keys again and wraps all data keys with the first of them. */
@RestController
@RequestMapping("/api/artifacts/keys/rotation")
class KeysController {

    private final BlobStore store;

    KeysController(BlobStore store) {
        this.store = store;
    }

    /** What a rotation did. */
    record Rotation(long rewrapped) {}

    @PostMapping
    Rotation rotate() throws IOException {
        if (!store.isSealing()) {
            throw new ProblemException(
                    Problem.of(ProblemCode.CONFLICT, "Blobs are not sealed: no rivulet.artifacts.keys are set."));
        }
        return new Rotation(store.rewrap());
    }
}
