// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.applied;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The newest report of one instance. */
record Report(
        String instance,
        String application,
        List<String> profiles,
        Map<String, Map<String, Long>> revisions,
        Map<String, String> refused,
        Instant at) {}
