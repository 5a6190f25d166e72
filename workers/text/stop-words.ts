/**
 * The commonest words of a language: they say nothing about a text, but much about its language. A
 * short list for each is enough; in other languages the text's own frequencies have to do.
 */
const STOP_WORDS: { readonly [language: string]: ReadonlySet<string> } = {
  en: words(
    "a about above after again against all also am an and any are as at be because been before being below between both but by can cannot could did do does doing down during each even every few for from further had has have having he her here hers herself him himself his how i if in into is it its itself just last less like made make many may me might more most much must my myself no nor not now of off on once one only or other our ours ourselves out over own said same shall she should so some such than that the their theirs them themselves then there thereby therefore these they this those through thus to too under until up upon us very was we were what when where whether which while who whom whose why will with within without would yet you your yours yourself",
  ),
  de: words(
    "aber alle allem allen aller als also am an andere anderen auch auf aus bei beim bin bis bist da damit dann das dass dein dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch für gegen hab habe haben hat hatte hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine können man mehr mein mich mir mit muss nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner selbst sich sie sind so soll sollte sondern sonst über um und uns unter vom von vor war waren warum was weil welche wenn wer werde werden wie wieder will wir wird wo wurde wurden zu zum zur zwischen",
  ),
  fr: words(
    "à ai alors au aucun aussi autre aux avait avant avec avoir c'est ce ceci cela celle ces cet cette ceux chaque comme comment d dans de des deux dont du elle elles en encore entre est et était été être eu fait faire il ils j je jusque l la le les leur leurs lors lui m mais me même mes moi moins mon n ne ni nos notre nous on ont ou où par parce pas peu peut plus pour pourquoi qu quand que quel quelle qui quoi s sa sans se sera ses si son sont sous sur ta te tes ton tous tout toute très tu un une vos votre vous y",
  ),
  es: words(
    "a al algo alguna ante antes aquel aquella así aún aunque bajo bien cada como con contra cual cuando de del desde donde dos durante e el él ella ellas ellos en entre era eran es esa ese eso esta está estaba están este esto fue fueron ha había hace hacia han hasta hay la las le les lo los más me menos mi mientras muy nada ni no nos nosotros o os otra otro para pero poco por porque pues que qué quien se sea según ser si sí sido sin sobre son su sus también tan tanto te tiene todo todos tras tu un una uno unos y ya yo",
  ),
  it: words(
    "a ad agli ai al alla alle allo anche ancora aveva avere c che chi ci come con contro cui da dagli dai dal dalla dalle dallo degli dei del della delle dello dentro di dopo dove e è ed era erano essere fa fino fra fu gli ha hanno ho i il in io la le lei li lo loro lui ma me mi mia mio molto ne negli nei nel nella nelle nello no noi non nostro o ogni per perché più poi prima qua quale quando quanto quella quello questa queste questi questo qui se sei sono stata stato su sua sue sugli sui sul sulla sulle suo suoi tra tu tutti tutto un una uno vi voi",
  ),
  pt: words(
    "a à ainda ao aos aquela aquele as às assim até cada com como contra da das de dela dele depois do dos e é ela elas ele eles em entre era essa esse esta está este eu foi foram há isso isto já lhe lhes mais mas me mesmo meu minha muito na nas não nem no nos nós o os ou para pela pelas pelo pelos por porque pouco quando que quem se sem ser seu seus sido só sobre sua suas também te tem têm todo todos tu tudo um uma você",
  ),
  nl: words(
    "aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor want waren was wat we wel werd wezen wie wij wil worden wordt zal ze zei zelf zich zij zijn zo zonder zou",
  ),
  ru: words(
    "а без более бы был была были было быть в вам вас весь во вот все всё всех вы где да даже для до его ее её если есть еще ещё же за здесь и из или им их к как ко когда кто ли лишь между меня мне может мы на над надо нас наш не него нее нет ни них но ну о об однако он она они оно от очень по под при про с сам себя со так также такой там то того тоже той только том ты у уже хотя чего чей чем что чтобы эта эти это этого этой этот я",
  ),
};

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

/** A language is recognised when at least this share of the words are its commonest. */
const SHARE_MIN = 0.2;

export type Language = {
  /** ISO 639-1, or `null` where none of the lists fits. */
  readonly code: string | null;
  readonly isStopWord: (word: string) => boolean;
};

/** The language that a text's words come from, as far as the lists know it. */
export function detectLanguage(tokens: readonly string[]): Language {
  const sample = tokens.slice(0, 2000);
  let best: { code: string; share: number } | null = null;
  for (const [code, list] of Object.entries(STOP_WORDS)) {
    const share = sample.filter((token) => list.has(token)).length / Math.max(1, sample.length);
    if (share >= SHARE_MIN && share > (best?.share ?? 0)) best = { code, share };
  }
  const list = best === null ? undefined : STOP_WORDS[best.code];
  return { code: best?.code ?? null, isStopWord: (word) => list?.has(word) ?? false };
}
