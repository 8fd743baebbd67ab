// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import dev.rivulet.inference.contract.ReplicaStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The status for those who ask: a gateway asks a replica that went silent. */
@RestController
class ReplicaController {

    private final ReplicaReporter reporter;

    ReplicaController(ReplicaReporter reporter) {
        this.reporter = reporter;
    }

    @GetMapping("/internal/replica")
    ReplicaStatus replica() {
        return reporter.current();
    }
}
