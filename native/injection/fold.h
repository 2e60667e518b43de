#ifndef FOLD_H
#define FOLD_H

#include "tokens.h"

#define MOST_TOKENS 5
#define MOST_FOLDED (MOST_TOKENS + 1) /* tokens looked at, at once */

/* Folds what a reader gives as vedette/seclang/injection/fold.py does; gives how many tokens are
   left in `kept`: at most MOST_TOKENS, or one more of which the last is evil. */
int fold(Reader *reader, Token kept[MOST_FOLDED]);

#endif
