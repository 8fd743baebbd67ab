// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.callers;

/** What a principal may do at config-server. */
public enum Role {
    /** Reads what was published and who has applied it; never the value of a secret. */
    READER,
    /** Publishes, encrypts, and tells services to read again; and reads. */
    OPERATOR
}
