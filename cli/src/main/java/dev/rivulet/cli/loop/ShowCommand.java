// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.loop;

import picocli.CommandLine.Command;

/** What the platform can do, shown from beginning to end. */
@Command(
        name = "demo",
        description = "Show what the platform can do, from beginning to end.",
        synopsisSubcommandLabel = "loop|fusion")
public final class ShowCommand {}
