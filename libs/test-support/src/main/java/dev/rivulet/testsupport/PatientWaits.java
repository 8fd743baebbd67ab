// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Gives waits without a limit of their own a minute: the ten seconds that they have by default are the time of a collection
 * of garbage and a class loaded on a busy machine. JUnit finds it by itself wherever this room is on the class path.
 */
public final class PatientWaits implements TestExecutionListener {

    static final Duration LIMIT = Duration.ofMinutes(1);

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        Awaitility.setDefaultTimeout(LIMIT);
    }
}
