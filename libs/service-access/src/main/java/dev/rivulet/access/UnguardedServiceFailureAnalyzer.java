// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints what is wrong and how to mend it instead of a stack trace. */
final class UnguardedServiceFailureAnalyzer extends AbstractFailureAnalyzer<UnguardedServiceException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnguardedServiceException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
    }
}
