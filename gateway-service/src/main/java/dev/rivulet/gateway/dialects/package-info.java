// SPDX-License-Identifier: Apache-2.0
/** Other forms of a chat than OpenAI's: Anthropic's messages. */
@NullMarked
@ApplicationModule(displayName = "Dialects", allowedDependencies = "exchange")
package dev.rivulet.gateway.dialects;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
