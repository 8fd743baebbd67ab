// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The ports that the next {@code up} would take. */
public final class WantedPorts {

    private WantedPorts() {}

    /** What is wrong with each that can't be had, with who has it and how to choose another; a part that runs here may have its own. */
    public static List<String> problems(RivuletHome home, Settings settings) {
        return Stream.of(Part.values())
                .filter(part -> PartRecord.read(home, part.id())
                        .flatMap(PartRecord::process)
                        .isEmpty())
                .map(part -> Ports.complaint(part, settings))
                .flatMap(Optional::stream)
                .toList();
    }
}
