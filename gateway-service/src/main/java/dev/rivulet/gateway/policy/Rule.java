// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.List;

/**
 * A filter that looks for expressions, with what becomes of what it finds.
 *
 * @param filter its name
 * @param detectors what it looks for
 */
record Rule(String filter, Action action, List<Detector> detectors) {

    Rule {
        detectors = List.copyOf(detectors);
    }
}
