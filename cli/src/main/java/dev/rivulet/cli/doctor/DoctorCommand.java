// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.doctor;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.doctor.Finding.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Says whether this machine can run the platform. */
@Command(
        name = "doctor",
        description = {
            "Check whether this machine can run the platform, and say how to mend what can't: JDK, build, processors and their",
            "features, memory, disk, open files, ports and who has them, database, GPU. It changes nothing."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:The platform can start; what is marked ! makes it slow.",
            "1:Something marked ✗ is in the way, or could not be looked at.",
            "2:The command was written wrongly."
        })
public final class DoctorCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public DoctorCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Finding> findings = Diagnosis.of(Survey.of(context));
        boolean able = findings.stream().noneMatch(finding -> finding.level() == Level.BAD);
        if (json) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("able", able);
            told.put("findings", findings.stream().map(DoctorCommand::fields).toList());
            context.out().println(new JsonMapper().writeValueAsString(told));
        } else {
            findings.forEach(this::tell);
            context.out()
                    .println(
                            able
                                    ? "The platform can start: `./rivulet up`."
                                    : "Mend what is marked ✗, then look again.");
        }
        return able ? 0 : 1;
    }

    private static Map<String, String> fields(Finding finding) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("check", finding.check());
        fields.put("level", finding.level().wire());
        fields.put("found", finding.found());
        fields.put("mend", finding.mend());
        return fields;
    }

    private void tell(Finding finding) {
        context.out().printf(Locale.ROOT, "%s %-13s %s%n", finding.level().mark(), finding.check(), finding.found());
        if (!finding.mend().isEmpty()) {
            context.out().printf(Locale.ROOT, "  %-13s → %s%n", "", finding.mend());
        }
    }
}
