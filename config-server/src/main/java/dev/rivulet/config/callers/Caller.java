// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.callers;

/**
 * Who sent a request, known by the token that was shown.
 *
 * @param name of a principal, or {@code service}; it is written beside what was changed
 * @param role what it may do
 * @param service whether it is a service of ours, which reads everything
 */
public record Caller(String name, Role role, boolean service) {

    /** The request attribute that holds it, always. */
    public static final String ATTRIBUTE = "rivulet.caller";

    /** Who shows the token that services share, or calls over loopback where there is none. */
    public static final Caller SERVICE = new Caller("service", Role.OPERATOR, true);
}
