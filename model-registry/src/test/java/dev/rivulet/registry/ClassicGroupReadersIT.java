// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The same on a broker as Kafka ships it, which would miss a reader after 45 s: members assign partitions among themselves. */
@Tag("long")
class ClassicGroupReadersIT extends GroupReadersIT {

    @Override
    Broker broker(Path folder) {
        return new Broker(folder).asShipped();
    }
}
