// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import dev.rivulet.cli.home.UsageException;

/** The hub refused, or gave what must not be taken; another attempt would end the same. */
public final class HubException extends UsageException {
    private static final long serialVersionUID = 1L;

    HubException(String message) {
        super(message);
    }
}
