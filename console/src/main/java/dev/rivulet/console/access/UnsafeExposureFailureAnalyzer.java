// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints what is unsafe and how to mend it in place of a stack trace. */
class UnsafeExposureFailureAnalyzer extends AbstractFailureAnalyzer<UnsafeExposureException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsafeExposureException cause) {
        return new FailureAnalysis(cause.getMessage() + ".", cause.remedy(), cause);
    }
}
