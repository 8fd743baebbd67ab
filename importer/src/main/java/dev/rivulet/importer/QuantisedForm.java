// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.importer;

import java.util.Map;

/**
 * A form that is good enough, or none.
 *
 * @param file where it is; empty if the original weights are the best there are
 * @param facts what was chosen and measured
 */
record QuantisedForm(String file, Map<String, String> facts) {}
