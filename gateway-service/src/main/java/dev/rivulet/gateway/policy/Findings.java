// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

/** Hears of everything that filters find. */
@FunctionalInterface
interface Findings {

    /** Something was found. */
    void found(String filter, Action action);
}
