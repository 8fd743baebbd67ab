// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/** Says in one line which property is at fault and why; values are left out, for they may be secret. */
final class Refusal {

    private Refusal() {}

    static String reason(Throwable failure) {
        StringBuilder reason = new StringBuilder();
        Throwable root = failure;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof BindValidationException invalid) {
                return invalid.getValidationErrors().getAllErrors().stream()
                        .map(error -> describe(invalid.getValidationErrors().getName() + ".", error))
                        .sorted()
                        .collect(Collectors.joining("; "));
            }
            if (at instanceof BindException bind) {
                reason.setLength(0);
                reason.append(bind.getName()).append(origin(bind.getProperty())).append(": ");
            }
            root = at;
        }
        return reason.append(root.getMessage()).toString();
    }

    private static String describe(String prefix, ObjectError error) {
        String field = error instanceof FieldError at ? at.getField() : error.getObjectName();
        return prefix + field + ": " + error.getDefaultMessage();
    }

    private static String origin(@Nullable ConfigurationProperty property) {
        return property == null || property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
    }
}
