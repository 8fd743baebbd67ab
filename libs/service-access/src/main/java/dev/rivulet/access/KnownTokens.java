// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

/**
 * Tokens beside the one that services share. A service that has a bean of this kind lets their holders in, and must itself decide what
 * each of them may do.
 */
public interface KnownTokens {

    /** Whether this is somebody's token. Takes the same time wherever the first difference is. */
    boolean knows(String token);
}
