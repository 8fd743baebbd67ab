// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.policy.PolicySettings.Classifier;

/**
 * A filter that asks a model, with what becomes of what it finds.
 *
 * @param filter its name
 * @param action never {@link Action#REDACT}: a model says that something is in a text, not where
 */
record Judge(String filter, Action action, Classifier by) {}
