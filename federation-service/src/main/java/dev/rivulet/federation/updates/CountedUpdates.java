// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import dev.rivulet.federation.participants.Device;

/** Is told of each update that counts, after it is written down. What it does with it may not fail the device's request. */
public interface CountedUpdates {

    /**
     * An update counts.
     *
     * @param values float32 values that it has
     * @param bytes as they came; to be read only
     */
    void counted(Device device, Announcement announcement, int values, byte[] bytes);
}
