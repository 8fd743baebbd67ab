// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.doctor;

import java.util.List;
import java.util.Set;

/**
 * What is known of a machine.
 *
 * @param java feature release of the JVM that runs this
 * @param javaHome its folder
 * @param compiler whether it is a JDK, with a compiler
 * @param processors that this process may use
 * @param architecture as the JDK names it, {@code amd64} or {@code aarch64}
 * @param features of the processor, as Linux lists them; empty where they are not known
 * @param memory bytes of the machine, or of the container
 * @param available bytes that can be had now; 0 where that is not known
 * @param disk bytes free where data is kept
 * @param files most files that a process may have open; 0 where that is not known
 * @param accelerators GPUs by name
 * @param home where data is kept
 * @param homeProblem what is wrong with that folder; empty if nothing is
 * @param portProblems what is wrong with wanted ports; a port of a part that runs here is none
 * @param running how many parts run here
 * @param databaseProblem why PostgreSQL can't run for this user; empty if it can
 * @param maven whether {@code mvn} is on the path
 * @param built whether every service is built
 */
record Machine(
        int java,
        String javaHome,
        boolean compiler,
        int processors,
        String architecture,
        Set<String> features,
        long memory,
        long available,
        long disk,
        long files,
        List<String> accelerators,
        String home,
        String homeProblem,
        List<String> portProblems,
        int running,
        String databaseProblem,
        boolean maven,
        boolean built) {

    Machine {
        features = Set.copyOf(features);
        accelerators = List.copyOf(accelerators);
        portProblems = List.copyOf(portProblems);
    }
}
